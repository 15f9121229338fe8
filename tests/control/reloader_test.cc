#include "control/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using Kind = ConfigOrder::Kind;
using Result = ConfigAnswer::Result;

std::string WithLimit(const std::string& above, const std::string& more = "") {
  return "ports: {outside: {device: 'net_af_xdp0,iface=a'}, inside: {device: "
         "'net_af_xdp1,iface=b'}}\n"
         "services: [{name: web, listen: ['198.18.0.10:80'], connlimit: {above: " +
         above + "}}]\n" + more;
}

class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest() { Begin(WithLimit("1")); }

  void Begin(const std::string& text) {
    const std::string path = folder_.Write("synsplice.yaml", text);
    LoadedConfig loaded = LoadConfig(path);
    ASSERT_TRUE(loaded.ok()) << Render(loaded);
    reloader_.emplace(path, loaded.text, loaded.config);
  }
  void Write(const std::string& text) { folder_.Write("synsplice.yaml", text); }
  ConfigAnswer Serve(const ConfigOrder& order) {
    return reloader_->Serve(order, now_, [this](std::shared_ptr<const Policy> policy) {
      EXPECT_NE(policy, reloader_->policy());
      adopted_.push_back(std::move(policy));
    });
  }
  ConfigAnswer Reload(Seconds confirm = Seconds(0)) {
    return Serve({.kind = Kind::kReload, .confirm = confirm});
  }
  uint32_t limit() const { return reloader_->policy()->service(0).connlimit.above; }

  TemporaryFolder folder_;
  std::optional<Reloader> reloader_;
  Time now_{};
  std::vector<std::shared_ptr<const Policy>> adopted_;
};

TEST_F(ReloaderTest, TheFileIsReadAgain) {
  Write(WithLimit("2"));
  const ConfigAnswer answer = Reload();
  EXPECT_EQ(answer.result, Result::kDone) << answer.sentence;
  EXPECT_EQ(answer.version, 2u);
  ASSERT_THAT(answer.changes, SizeIs(1));
  EXPECT_EQ(TextOf(answer.changes[0]), "~ services[web].connlimit.above: 1 -> 2");
  ASSERT_THAT(adopted_, SizeIs(1));
  EXPECT_EQ(limit(), 2u);
  EXPECT_EQ(reloader_->config().core.services[0].connlimit.above, 2u);
  EXPECT_EQ(reloader_->state().text, WithLimit("2"));
}

TEST_F(ReloaderTest, AKeyThatSaysTheDefaultTakesNoRestart) {
  Write(WithLimit("1", "workers: 1\n"));
  const ConfigAnswer answer = Reload();
  EXPECT_EQ(answer.result, Result::kDone) << answer.sentence;
  ASSERT_THAT(answer.changes, SizeIs(1));
  EXPECT_TRUE(answer.changes[0].live);
}

TEST_F(ReloaderTest, WhatIsWrongChangesNothing) {
  for (const auto& [text, why] :
       {std::pair{std::string("services: [{name: web}]"), "listen"},
        {"a: [", "YAML"},
        {WithLimit("3", "workers: 2"), "workers: takes a restart"},
        {WithLimit("3", "cookie: {secret_file: /dev/null}"), "/dev/null"}}) {
    Write(text);
    const ConfigAnswer answer = Reload();
    EXPECT_NE(answer.result, Result::kDone) << text;
    EXPECT_THAT(answer.sentence, HasSubstr(why));
    EXPECT_EQ(answer.version, 1u);
    EXPECT_EQ(reloader_->state().failure, answer.sentence);
  }
  EXPECT_THAT(adopted_, SizeIs(0));
  EXPECT_EQ(limit(), 1u);
  Write(WithLimit("2"));
  Reload();
  EXPECT_EQ(reloader_->state().failure, "");
}

TEST_F(ReloaderTest, WhatTheSiteRulesRefuseChangesNothing) {
  const std::string rules = folder_.Write("rules.json", R"({"title": "few connections",
      "properties": {"services": {"items": {
          "properties": {"connlimit": {"properties": {"above": {"maximum": 5}}}}}}}})");
  const std::string require = "policy: {require: '" + rules + "'}\n";
  Begin(WithLimit("1", require));
  Write(WithLimit("6", require));
  const ConfigAnswer broken = Reload();
  EXPECT_EQ(broken.result, Result::kInvalid);
  EXPECT_THAT(broken.sentence, HasSubstr("services[0].connlimit.above: breaks the site rule "
                                         "'few connections' of " +
                                         rules));
  EXPECT_EQ(reloader_->state().failure, broken.sentence);
  const ConfigAnswer put = Serve({.kind = Kind::kPut, .text = WithLimit("6", require)});
  EXPECT_THAT(put.sentence, HasSubstr("'few connections'"));

  // Nor is the gate taken away by what should pass it.
  Write(WithLimit("6"));
  EXPECT_THAT(Reload().sentence, HasSubstr("policy.require: takes a restart"));
  EXPECT_THAT(adopted_, SizeIs(0));
  EXPECT_EQ(limit(), 1u);
  Write(WithLimit("5", require));
  EXPECT_EQ(Reload().result, Result::kDone);
  EXPECT_EQ(limit(), 5u);

  folder_.Write("rules.json", "no JSON");
  EXPECT_THAT(Reload().sentence, HasSubstr("policy.require: " + rules + ": no JSON: "));
  EXPECT_EQ(limit(), 5u);
}

TEST_F(ReloaderTest, WhatFlowsCannotFollowTakesARestart) {
  Begin(
      "ports: {outside: {device: 'net_af_xdp0,iface=a'}, inside: {device: 'net_af_xdp1,iface=b'}}\n"
      "services: [{name: a, listen: ['198.18.0.10:80', '198.18.0.11:80']}]");
  Write(
      "ports: {outside: {device: 'net_af_xdp0,iface=a'}, inside: {device: 'net_af_xdp1,iface=b'}}\n"
      "services: [{name: a, listen: ['198.18.0.10:80']}, {name: b, listen: ['198.18.0.11:80']}]");
  const ConfigAnswer answer = Reload();
  EXPECT_EQ(answer.result, Result::kNeedsRestart);
  EXPECT_THAT(answer.sentence, HasSubstr("services 'a' and 'b' were one before"));
}

TEST_F(ReloaderTest, ADryRunTellsOnly) {
  Write(WithLimit("2"));
  const ConfigAnswer answer = Serve({.kind = Kind::kReload, .dry_run = true});
  EXPECT_EQ(answer.result, Result::kDone);
  EXPECT_THAT(answer.changes, SizeIs(1));
  EXPECT_EQ(answer.version, 1u);
  Write("services: []");
  EXPECT_EQ(Serve({.kind = Kind::kReload, .dry_run = true}).result, Result::kInvalid);
  EXPECT_EQ(reloader_->state().failure, "");
  EXPECT_EQ(limit(), 1u);
}

TEST_F(ReloaderTest, ATextFollowsTheVersionThatItNames) {
  EXPECT_EQ(Serve({.kind = Kind::kPut, .text = WithLimit("5"), .version = 2}).result,
            Result::kConflict);
  EXPECT_EQ(Serve({.kind = Kind::kPut, .text = WithLimit("5"), .version = 1}).result,
            Result::kDone);
  EXPECT_EQ(limit(), 5u);
  EXPECT_FALSE(reloader_->state().from_file);
  EXPECT_EQ(Reload().version, 3u);
  EXPECT_EQ(limit(), 1u);
  EXPECT_TRUE(reloader_->state().from_file);
}

TEST_F(ReloaderTest, BackAndForth) {
  EXPECT_EQ(Serve({.kind = Kind::kRollback}).result, Result::kConflict);
  Write(WithLimit("2"));
  Reload();
  EXPECT_EQ(Serve({.kind = Kind::kRollback}).version, 3u);
  EXPECT_EQ(limit(), 1u);
  EXPECT_EQ(Serve({.kind = Kind::kRollback}).version, 4u);
  EXPECT_EQ(limit(), 2u);
}

TEST_F(ReloaderTest, WhatIsNotConfirmedGoesBack) {
  Write(WithLimit("2"));
  Reload(Seconds(60));
  EXPECT_EQ(limit(), 2u);
  EXPECT_EQ(Reload().result, Result::kConflict);
  now_ += Seconds(59);
  EXPECT_FALSE(reloader_->IsOverdue(now_));
  now_ += Seconds(1);
  EXPECT_TRUE(reloader_->IsOverdue(now_));
  Serve({.kind = Kind::kRollback});
  EXPECT_EQ(limit(), 1u);
  EXPECT_FALSE(reloader_->IsOverdue(now_ + Seconds(100)));
}

TEST_F(ReloaderTest, WhoWaitsForAConfirmationHasNotFailed) {
  Write(WithLimit("2"));
  Reload(Seconds(60));
  EXPECT_EQ(Reload().result, Result::kConflict);
  EXPECT_EQ(reloader_->state().failure, "");
}

TEST_F(ReloaderTest, WhatIsConfirmedStays) {
  EXPECT_EQ(Serve({.kind = Kind::kConfirm}).result, Result::kConflict);
  Write(WithLimit("2"));
  Reload(Seconds(60));
  EXPECT_EQ(Serve({.kind = Kind::kConfirm}).result, Result::kDone);
  EXPECT_FALSE(reloader_->IsOverdue(now_ + Seconds(100)));
  EXPECT_EQ(limit(), 2u);
}

TEST_F(ReloaderTest, ADrainedBackendStaysSoUntilItIsEnabled) {
  const Endpoint web = *ParseEndpoint("198.18.0.10:80");
  const auto drained = [&] {
    return reloader_->policy()->backend(reloader_->policy()->Find(web, {}).backend).drained;
  };
  EXPECT_EQ(Serve({.kind = Kind::kDrain, .backend = *ParseEndpoint("198.18.0.11:80")}).sentence,
            "there is no backend 198.18.0.11:80");
  EXPECT_EQ(Serve({.kind = Kind::kDrain, .backend = web}).version, 1u);
  EXPECT_TRUE(drained());
  EXPECT_THAT(Serve({.kind = Kind::kDrain, .backend = web}).changes, SizeIs(0));
  Write(WithLimit("2"));
  EXPECT_EQ(Reload().result, Result::kDone);
  EXPECT_TRUE(drained());
  Serve({.kind = Kind::kEnable, .backend = web});
  EXPECT_FALSE(drained());
  EXPECT_EQ(limit(), 2u);
}

TEST_F(ReloaderTest, ABackendIsDrainedInItsVlan) {
  const Endpoint web = *ParseEndpoint("198.18.0.10:80");
  std::string text = WithLimit("1");
  text.insert(text.find("connlimit"), "vlans: [10, 20], ");
  Write(text);
  EXPECT_THAT(Reload().sentence, HasSubstr("198.18.0.10:80@10 goes over"));
  Begin(text);
  const auto drained = [&](uint16_t vlan) {
    return reloader_->policy()->backend(reloader_->policy()->BackendAt({web, vlan})).drained;
  };
  EXPECT_EQ(Serve({.kind = Kind::kDrain, .backend = web}).sentence,
            "there is no backend 198.18.0.10:80");
  const ConfigAnswer answer = Serve({.kind = Kind::kDrain, .backend = VlanEndpoint(web, 20)});
  ASSERT_THAT(answer.changes, SizeIs(1));
  EXPECT_EQ(TextOf(answer.changes[0]), "~ backends[198.18.0.10:80@20].drained: no -> yes");
  EXPECT_FALSE(drained(10));
  EXPECT_TRUE(drained(20));
}

TEST_F(ReloaderTest, ASwitchedModeStaysUntilAnotherVersionComes) {
  const auto mode = [&] { return reloader_->policy()->service(0).mode; };
  const auto to = [&](std::optional<Mode> mode) {
    return Serve({.kind = Kind::kSwitch, .service = "web", .mode = mode});
  };
  const ConfigAnswer answer = to(Mode::kOff);
  EXPECT_EQ(answer.version, 1u);
  ASSERT_THAT(answer.changes, SizeIs(1));
  EXPECT_EQ(TextOf(answer.changes[0]), "~ services[web].mode: always -> off");
  EXPECT_EQ(mode(), Mode::kOff);
  EXPECT_THAT(to(Mode::kOff).changes, SizeIs(0));
  Serve({.kind = Kind::kDrain, .backend = *ParseEndpoint("198.18.0.10:80")});
  EXPECT_EQ(mode(), Mode::kOff);
  const ConfigAnswer dry = Serve({.kind = Kind::kReload, .dry_run = true});
  ASSERT_THAT(dry.changes, SizeIs(1));
  EXPECT_EQ(TextOf(dry.changes[0]), "~ services[web].mode: off -> always");
  EXPECT_EQ(mode(), Mode::kOff);
  Reload();
  EXPECT_EQ(mode(), Mode::kAlways);
  to(Mode::kMonitor);
  EXPECT_EQ(mode(), Mode::kMonitor);
  to(std::nullopt);
  EXPECT_EQ(mode(), Mode::kAlways);
}

TEST_F(ReloaderTest, AModeThatCannotBeIsRefused) {
  EXPECT_EQ(Serve({.kind = Kind::kSwitch, .service = "mail", .mode = Mode::kOff}).sentence,
            "there is no service 'mail'");
  std::string text = WithLimit("1");
  text.insert(text.rfind('}'), ", backends: ['198.18.0.11:80']");
  Write(text);
  ASSERT_EQ(Reload().result, Result::kDone);
  const ConfigAnswer answer = Serve({.kind = Kind::kSwitch, .service = "web", .mode = Mode::kOff});
  EXPECT_EQ(answer.result, Result::kInvalid);
  EXPECT_THAT(answer.sentence, HasSubstr("'off' needs a service without backends"));
  EXPECT_EQ(reloader_->policy()->service(0).mode, Mode::kAlways);
}

TEST_F(ReloaderTest, StandardInputIsNotReadTwice) {
  reloader_.emplace("-", WithLimit("1"), reloader_->config());
  EXPECT_THAT(Reload().sentence, HasSubstr("standard input"));
}

TEST_F(ReloaderTest, ADryRunMakesNoSecret) {
  const std::string path = folder_.File("secret");
  Write(WithLimit("1", "cookie: {secret_file: " + path + "}\n"));
  EXPECT_EQ(Serve({.kind = Kind::kReload, .dry_run = true}).result, Result::kDone);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(Reload().result, Result::kDone);
  std::filesystem::remove(path);
  EXPECT_THAT(Reload().sentence, HasSubstr("has gone: a new secret takes a restart"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ReloaderTest, ASecretFollowsItsFileAndGoesBackWithTheVersion) {
  const auto secret = [&] { return reloader_->policy()->config().cookie.secret; };
  const auto file = [&](const std::string& name) {
    return WithLimit("1", "cookie: {secret_file: " + folder_.File(name) + "}\n");
  };
  const SipKey first = secret();
  Write(file("secret"));
  EXPECT_EQ(Reload().result, Result::kDone);
  EXPECT_NE(secret(), first);
  Serve({.kind = Kind::kRollback});
  EXPECT_EQ(secret(), first);
}

}  // namespace
}  // namespace synsplice
