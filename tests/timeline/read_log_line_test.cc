// Each kind of line becomes the same kind of record.
#include <gtest/gtest.h>

#include "timeline/client_text.h"
#include "timeline/timeline.h"

namespace synsplice {
namespace {

const LogTime kWritten = *ParseIsoTime("2026-11-29T12:00:00Z");

// "TIME SRC_TYPE EVENT_TYPE CLIENT: TEXT".
std::string Read(std::string_view line) {
  const auto record = ReadLogLine(line, kWritten);
  if (!record) return "foreign";
  const std::string client = record->client ? ToString(*record->client) : "-";
  return ToText(record->time).substr(11, 12) + " " + record->src_type + " " + record->event_type +
         " " + client + ": " + record->text;
}

TEST(ReadLogLine, OurEvents) {
  EXPECT_EQ(Read(R"({"timestamp":"2026-11-29T10:10:41.123Z","src_type":"synsplice",)"
                 R"("event_type":"attack_start","service":"web",)"
                 R"("attack_start":{"syns_per_second":90000,"duration_s":1,)"
                 R"("windows":{"1s":{"syns_per_second":7}}}})"),
            "10:10:41.123 synsplice attack_start -: "
            "service=web syns_per_second=90000 duration_s=1");
  EXPECT_EQ(Read(R"({"timestamp":"2026-11-29T10:10:41.123Z","src_type":"synsplice",)"
                 R"("event_type":"connlimit","client_ip":"198.18.0.7","service":"web"})"),
            "10:10:41.123 synsplice connlimit 198.18.0.7: service=web");
  for (const char* foreign :
       {R"({"src_type":"synsplice","event_type":"port"})",
        R"({"timestamp":"2026-11-29T10:10:41Z","src_type":"synsplice"})",
        R"({"timestamp":"2026-11-29T10:10:41Z","src_type":"synsplice","event_type":"port",)"
        R"("client_ip":7})"}) {
    EXPECT_EQ(Read(foreign), "foreign") << foreign;
  }
}

TEST(ReadLogLine, PacketsThatTheKernelLogs) {
  EXPECT_EQ(Read("2026-11-29T10:10:41.123+00:00 gate kernel: [ 12.345678] syn drop: IN=eth1 OUT= "
                 "MAC=02:00 SRC=198.18.0.7 DST=198.18.0.10 LEN=60 TOS=0x00 TTL=64 ID=1 DF "
                 "PROTO=TCP SPT=40000 DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0 "),
            "10:10:41.123 iptables packet 198.18.0.7: "
            "syn drop: TCP 198.18.0.7:40000 > 198.18.0.10:80 SYN");
  EXPECT_EQ(Read("2026-11-29T10:10:41Z gate kernel: IN=eth1 OUT= "
                 "SRC=2001:0db8:0000:0000:0000:0000:0000:0007 "
                 "DST=2001:0db8:0000:0000:0000:0000:0000:0010 LEN=60 PROTO=TCP SPT=1 DPT=80"),
            "10:10:41.000 iptables packet 2001:db8::7: TCP [2001:db8::7]:1 > [2001:db8::10]:80");
  EXPECT_EQ(Read("2026-11-29T10:10:41Z gate kernel: [bad] IN=eth1 SRC=198.18.0.7 "
                 "DST=198.18.0.10 PROTO=ICMP TYPE=8"),
            "10:10:41.000 iptables packet 198.18.0.7: [bad] ICMP 198.18.0.7 > 198.18.0.10");
  EXPECT_EQ(Read("gate kernel: IN=eth1 SRC=198.18.0.7 DST=198.18.0.10 PROTO=ICMP"), "foreign");
  EXPECT_EQ(Read("2026-11-29T10:10:41Z gate kernel: IN= SRC=nobody PROTO=ICMP"), "foreign");
}

TEST(ReadLogLine, AccessLogsOfText) {
  EXPECT_EQ(Read(R"(198.18.0.7 - - [29/Nov/2026:10:10:41 +0000] "GET / HTTP/1.1" 200 612)"),
            R"(10:10:41.000 access request 198.18.0.7: "GET / HTTP/1.1" 200)");
  EXPECT_EQ(Read(R"(2001:db8::7 - ann [29/Nov/2026:12:10:41 +0200] "GET /\"x\" HTTP/1.1" 503)"
                 R"( 0 "-" "curl/7.88.1")"),
            R"(10:10:41.000 access request 2001:db8::7: "GET /\"x\" HTTP/1.1" 503)");
  for (const char* foreign : {R"(host - - [29/Nov/2026:10:10:41 +0000] "GET / HTTP/1.1" 200)",
                              R"(198.18.0.7 - - [yesterday] "GET / HTTP/1.1" 200)",
                              R"(198.18.0.7 - - [29/Nov/2026:10:10:41 +0000] "GET / HTTP/1.1)",
                              R"(198.18.0.7 - - [29/Nov/2026:10:10:41 +0000] "\)", "198.18.0.7 ] [",
                              "no log at all", "["}) {
    EXPECT_EQ(Read(foreign), "foreign") << foreign;
  }
}

TEST(ReadLogLine, AccessLogsOfJson) {
  EXPECT_EQ(Read(R"({"time":"2026-11-29T10:10:41.123456789Z","level":"INFO","msg":"request",)"
                 R"("method":"GET","path":"/","status":200,"remote_addr":"198.18.0.7:40000"})"),
            "10:10:41.123 access request 198.18.0.7: GET / 200");
  EXPECT_EQ(Read(R"({"ts":1795947041.5,"remote_addr":"[2001:db8::7]:40000","uri":"/x"})"),
            "10:10:41.500 access request 2001:db8::7: /x");
  EXPECT_EQ(Read(R"({"time":"2026-11-29T10:10:41Z","remote_addr":"@"})"), "foreign");
  EXPECT_EQ(Read(R"({"remote_addr":"198.18.0.7"})"), "foreign");
  EXPECT_EQ(Read(R"({"remote_addr":)"), "foreign");
}

TEST(ReadLogLine, EventsOfTheEdge) {
  EXPECT_EQ(Read(R"({"Datetime":"2026-11-29T10:10:41Z","ClientIP":"198.18.0.7","Action":"block",)"
                 R"("ClientRequestMethod":"GET","ClientRequestPath":"/","RuleID":"f00d"})"),
            "10:10:41.000 cloudflare block 198.18.0.7: GET / f00d");
  EXPECT_EQ(Read(R"({"datetime":"2026-11-29T10:10:41Z","clientIP":"198.18.0.7",)"
                 R"("action":"managed_challenge","source":"firewallCustom"})"),
            "10:10:41.000 cloudflare managed_challenge 198.18.0.7: firewallCustom");
  EXPECT_EQ(Read(R"({"Datetime":1795947041123456789,"ClientIP":"198.18.0.7","Action":"log"})"),
            "10:10:41.123 cloudflare log 198.18.0.7: ");
  EXPECT_EQ(Read(R"({"Datetime":"2026-11-29T10:10:41Z","ClientIP":"198.18.0.7"})"), "foreign");
}

TEST(ReadLogLine, Clients) {
  const Address v4 = *ParseAddress("198.18.0.7");
  for (const char* same : {"198.18.0.7", "198.18.0.7:1", "::ffff:198.18.0.7", "::ffff:c612:7",
                           "[::ffff:198.18.0.7]:1"}) {
    EXPECT_EQ(ParseClient(same), v4) << same;
  }
  for (const char* none : {"", "-", "host:80", "[::ffff:", "198.18.0.7:x"}) {
    EXPECT_FALSE(ParseClient(none)) << none;
  }
  EXPECT_EQ(ToString(*ParseClients("198.18.0.7")), "198.18.0.7/32");
  EXPECT_EQ(ToString(*ParseClients("198.18.3.7/16")), "198.18.0.0/16");
  EXPECT_EQ(ToString(*ParseClients("2001:db8::7/32")), "2001:db8::/32");
  for (const char* none : {"", "198.18.0.7:80", "198.18.0.0/33", "::ffff:198.18.0.0/24"}) {
    EXPECT_FALSE(ParseClients(none)) << none;
  }
}

}  // namespace
}  // namespace synsplice
