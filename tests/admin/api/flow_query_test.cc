#include "admin/api/flow_query.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

std::variant<FlowQuery, std::string> Parse(const ApiRequest::Query& query) {
  return ParseFlowQuery(query, ExampleSnapshot().services);
}

FlowQuery Good(const ApiRequest::Query& query) {
  const auto parsed = Parse(query);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    ADD_FAILURE() << *sentence;
    return {};
  }
  return std::get<FlowQuery>(parsed);
}

std::string Complaint(const std::string& name, const std::string& value) {
  const auto parsed = Parse({{name, value}});
  const auto* sentence = std::get_if<std::string>(&parsed);
  return sentence ? *sentence : "none";
}

TEST(FlowQuery, NothingAsksForTheFirstPageOfAll) {
  const FlowQuery query = Good({});
  EXPECT_EQ(query.filter, FlowFilter());
  EXPECT_EQ(query.limit, 100u);
  EXPECT_EQ(query.cursor.Text(), "0.0");
}

TEST(FlowQuery, AClientIsAnAddressANetworkOrAnEndpoint) {
  const Address v4 = *ParseAddress("198.18.0.7"), v6 = *ParseAddress("2001:db8::7");
  EXPECT_EQ(Good({{"client", "198.18.0.7"}}).filter.client, (Prefix{v4, 32}));
  EXPECT_EQ(Good({{"client", "2001:db8::7"}}).filter.client, (Prefix{v6, 128}));
  const FlowFilter network = Good({{"client", "198.18.0.7/24"}}).filter;
  EXPECT_EQ(network.client, (Prefix{*ParseAddress("198.18.0.0"), 24}));
  EXPECT_TRUE(network.client->Contains(v4));
  const FlowFilter endpoint = Good({{"client", "[2001:db8::7]:80"}}).filter;
  EXPECT_EQ(endpoint.client, (Prefix{v6, 128}));
  EXPECT_EQ(endpoint.client_port, 80);
}

TEST(FlowQuery, TheOthers) {
  const FlowQuery query = Good({{"listener", "198.18.0.1:80"},
                                {"backend", "198.18.1.1:8080"},
                                {"service", "ssh"},
                                {"phase", "time_wait"},
                                {"limit", "7"},
                                {"cursor", "3.4096"}});
  EXPECT_EQ(query.filter.listener, *ParseEndpoint("198.18.0.1:80"));
  EXPECT_EQ(query.filter.backend, *ParseEndpoint("198.18.1.1:8080"));
  EXPECT_EQ(ToString(*Good({{"backend", "198.18.1.1:8080@10"}}).filter.backend),
            "198.18.1.1:8080@10");
  EXPECT_EQ(query.filter.service, 1);
  EXPECT_EQ(query.filter.phase, Phase::kTimeWait);
  EXPECT_EQ(query.limit, 7u);
  EXPECT_EQ(query.cursor.worker, 3u);
  EXPECT_EQ(query.cursor.entry, 4096u);
}

TEST(FlowQuery, WhatIsWrongIsSaid) {
  EXPECT_EQ(Complaint("colour", "red"), "there is no parameter colour");
  for (const char* client : {"", "x", "198.18.0.7:", "198.18.0.7/33", "198.18.0.7:65536"}) {
    EXPECT_EQ(Complaint("client", client),
              std::string("client: ") + client + " is no address, network or endpoint");
  }
  EXPECT_EQ(Complaint("listener", "web"), "web is no endpoint, such as 198.18.0.1:80");
  EXPECT_EQ(Complaint("backend", "198.18.0.1"), "198.18.0.1 is no endpoint, such as 198.18.0.1:80");
  EXPECT_EQ(Complaint("service", "mail"), "there is no service mail");
  EXPECT_EQ(Complaint("phase", "open"), "there is no phase open");
  for (const char* limit : {"0", "1001", "-1", "", "1x", "99999999999999999999"}) {
    EXPECT_EQ(Complaint("limit", limit),
              std::string("limit: ") + limit + " is no number from 1 to 1000");
  }
  for (const char* cursor : {"", ".", "1", "1.", ".1", "1.2.3", "-1.0", "0.4294967296"}) {
    EXPECT_EQ(Complaint("cursor", cursor), std::string("cursor: ") + cursor + " is none of ours");
  }
}

}  // namespace
}  // namespace synsplice
