#include "control/config_schema.h"

#include <optional>

#include "control/yaml/value_readers.h"
#include "synsplice/cookie/cookie_jar.h"
#include "synsplice/flow/flow.h"
#include "synsplice/limit/connlimit.h"
#include "synsplice/limit/recent_prefixes.h"
#include "synsplice/policy/policed_addresses.h"

namespace synsplice {
namespace {

using Keys = std::vector<YamlValue::Key>;
constexpr bool kRequired = true;
// Autonomous systems of one list, and countries.
constexpr size_t kMostOfReputation = 1000;

using Json = nlohmann::ordered_json;

Json ShowMap(const Keys& keys) {
  Json shown = Json::object();
  for (const auto& key : keys) shown[std::string(key.name)] = key.field.show();
  return shown;
}

Field Map(const Keys& keys) {
  return {[keys](const YamlValue& value) { value.ReadMap(keys); },
          [keys] { return ShowMap(keys); }};
}

template <typename T, typename FieldOf>
Json ShowList(std::vector<T>& items, FieldOf field_of) {
  Json shown = Json::array();
  for (T& item : items) shown.push_back(field_of(item).show());
  return shown;
}

// `field_of(item)` is the field of an item.
template <typename T, typename FieldOf>
Field List(std::vector<T>& to, size_t most, FieldOf field_of) {
  return {[&to, most, field_of](const YamlValue& value) {
            value.ReadList(most,
                           [&](const YamlValue& item) { field_of(to.emplace_back()).read(item); });
          },
          [&to, field_of] { return ShowList(to, field_of); }};
}

Keys PrefilterKeys(PrefilterConfig& prefilter) {
  using enum PrefilterConfig::Use;
  return {
      {"enabled", Word(prefilter.enabled, {{"auto", kAuto}, {"on", kOn}, {"off", kOff}})},
      {"syns_per_second", WholeNumber(prefilter.syns_per_second, {0, 1'000'000})},
      {"burst", WholeNumber(prefilter.burst, {1, 1'000'000})},
  };
}

Keys PortsKeys(PortsConfig& ports) {
  return {
      {"outside", Map({{"device", Text(ports.outside)}})},
      {"inside", Map({{"device", Text(ports.inside)}})},
      // RFC 791 3.2: every link carries 68 bytes.
      {"mtu", WholeNumber(ports.mtu, {68, 9216})},
      {"queues", WholeNumber(ports.queues, {1, 16})},
      {"on_exit",
       Word(ports.on_exit,
            {{"auto", OnExit::kAuto}, {"wire", OnExit::kWire}, {"block", OnExit::kBlock}})},
      {"prefilter", Map(PrefilterKeys(ports.prefilter))},
  };
}

Keys MemoryKeys(ApplianceConfig& config) {
  return {
      {"huge_pages", Boolean(config.huge_pages)},
      {"mbufs", WholeNumber(config.mbufs, {2048, 1u << 22})},
      {"mbuf_data_room", WholeNumber(config.mbuf_data_room, {256, 65535})},
  };
}

// An epoch's two ends, blurred by the clocks of appliances that share the secret, stay apart.
Keys CookieKeys(ApplianceConfig& config) {
  return {
      {"secret_file", Text(config.secret_file)},
      {"shared_secret", Boolean(config.core.cookie.shared_secret)},
      {"epoch", Duration(config.core.cookie.epoch, {2 * kClockSkew, Seconds(600)})},
  };
}

Keys ReflectionKeys(ReflectionConfig& reflection) {
  return {
      {"syn_acks_per_second", WholeNumber(reflection.syn_acks_per_second, {0, 65535})},
      {"exempt_for", Duration(reflection.exempt_for, {Seconds(1), RecentPrefixes::kLongestAge})},
  };
}

Keys HandshakeKeys(HandshakeConfig& handshake) {
  return {
      {"slots", WholeNumber(handshake.slots, {1, 1u << 20})},
      {"syn_retries", WholeNumber(handshake.syn_retries, {0, kMaxSynRetries})},
      {"hold_segments", WholeNumber(handshake.hold_segments, {1, kMaxHoldFrames})},
      {"hold_frames", WholeNumber(handshake.hold_frames, {1, kMaxHoldFrames})},
      {"hold_frames_total", WholeNumber(handshake.hold_frames_total, {1, 1u << 20})},
      {"wrong_cookie_resets_per_second",
       WholeNumber(handshake.wrong_cookie_resets_per_second, {0, 65535})},
  };
}

// Idle time is counted in ticks: below two of them a flow may expire at once, and the counter
// wraps after 72 hours.
constexpr Range<Milliseconds> kIdleTimes = {2 * kTick, std::chrono::hours(48)};

Field IdleTime(Seconds& to) { return Duration(to, kIdleTimes); }

Field CookieLifeOrIdleTime(std::optional<Seconds>& to) {
  return WordOrDuration("cookie_life", to, kIdleTimes);
}

Keys TimeoutKeys(TimeoutConfig& timeouts) {
  return {
      {"established", IdleTime(timeouts.established)},
      {"client_closed", IdleTime(timeouts.client_closed)},
      {"server_closed", IdleTime(timeouts.server_closed)},
      {"closing", IdleTime(timeouts.closing)},
      {"time_wait", IdleTime(timeouts.time_wait)},
      {"closed", CookieLifeOrIdleTime(timeouts.closed)},
      {"refused", CookieLifeOrIdleTime(timeouts.refused)},
      {"evictable_idle", IdleTime(timeouts.evictable_idle)},
      // No handshake waits longer than all retries: 63 s.
      {"evictable_wait", Duration(timeouts.evictable_wait, {Seconds(0), Seconds(63)})},
  };
}

// The largest ones are an MTU of 9216 without headers.
Keys PromiseKeys(Promise& promise) {
  return {
      {"mss", WholeNumberOrAuto(promise.mss, {kMinMss, 9216 - 40})},
      {"mss_v6", WholeNumberOrAuto(promise.mss_v6, {kMinMss, 9216 - 60})},
      {"window_scale", WindowScale(promise.window_scale)},
      {"sack", BooleanOrAuto(promise.sack)},
      {"timestamps", BooleanOrAuto(promise.timestamps)},
      {"ecn", BooleanOrAuto(promise.ecn)},
  };
}

constexpr Range<Milliseconds> kBanTimes{Seconds(1), std::chrono::days(30)};

Keys ConnlimitKeys(ConnlimitConfig& connlimit) {
  using enum ConnlimitConfig::Action;
  return {
      {"above", WholeNumber(connlimit.above, {0, 1'000'000})},
      {"prefix_v4", WholeNumber(connlimit.prefix_length_v4, {0, 32})},
      {"prefix_v6", WholeNumber(connlimit.prefix_length_v6, {0, 128})},
      {"action", Word(connlimit.action, {{"reset", kReset}, {"drop", kDrop}})},
      {"overload", Name(connlimit.overload)},
      {"ban_time", Duration(connlimit.ban_time, kBanTimes)},
  };
}

// Whoever waits longer has given up.
constexpr Range<Milliseconds> kQueueTimes{Milliseconds(0), Seconds(60)};

Keys RateLimitKeys(RateLimit& limit) {
  using enum RateLimit::Action;
  return {
      {"rate", RateText(limit.rate), kRequired},
      {"burst", WholeNumber(limit.burst, {1, 100'000'000})},
      {"action", Word(limit.action, {{"drop", kDrop}, {"reset", kReset}, {"log", kLog}})},
  };
}

Keys SourceRateLimitKeys(SourceRateLimit& limit) {
  Keys keys = RateLimitKeys(limit);
  keys.push_back({"prefix_v4", WholeNumber(limit.prefix_length_v4, {0, 32})});
  keys.push_back({"prefix_v6", WholeNumber(limit.prefix_length_v6, {0, 128})});
  keys.push_back({"overload", Name(limit.overload)});
  keys.push_back({"ban_time", Duration(limit.ban_time, kBanTimes)});
  return keys;
}

Keys AcceptLimitKeys(AcceptLimit& limit) {
  Keys keys = RateLimitKeys(limit);
  keys.push_back({"queue", Duration(limit.queue, kQueueTimes)});
  return keys;
}

Keys ReputationKeys(ReputationConfig& reputation) {
  const auto number = [](uint32_t& to) { return WholeNumber(to, {1, UINT32_MAX}); };
  return {
      {"file", Text(reputation.file), kRequired},
      {"asn", List(reputation.asns, kMostOfReputation, number)},
      {"country", List(reputation.countries, kMostOfReputation, CountryCode)},
  };
}

Keys ListKeys(ListConfig& list) {
  using enum Tier;
  return {
      {"name", Name(list.name), kRequired},
      {"tier",
       Word(list.tier,
            {{"block", kBlock}, {"challenge", kChallenge}, {"log", kLog}, {"allow", kAllow}})},
      {"file", Text(list.file)},
      {"reputation", Map(ReputationKeys(list.reputation))},
  };
}

// An empty one is none, not all.
Field Names(std::optional<std::vector<std::string>>& to) {
  return {[&to](const YamlValue& value) {
            const auto name = [](std::string& item) { return Name(item); };
            List(to.emplace(), kMaxLists, name).read(value);
          },
          [&to] { return to ? Json(*to) : Json(); }};
}

// A percentage is checked with what it stands beside (Policy::Validate).
Keys ThresholdKeys(Threshold& threshold) {
  constexpr Range<int64_t> kValues = {0, 1'000'000'000'000};
  return {
      {"start", WholeNumber(threshold.start, kValues), kRequired},
      {"end", WholeNumber(threshold.end, kValues), kRequired},
      {"hold", Duration(threshold.hold, {Seconds(0), std::chrono::hours(1)})},
  };
}

Field ThresholdMap(Threshold& to) { return Map(ThresholdKeys(to)); }

Field OptionalThreshold(std::optional<Threshold>& to) {
  return {[&to](const YamlValue& value) { value.ReadMap(ThresholdKeys(to.emplace())); },
          [&to] { return to ? ShowMap(ThresholdKeys(*to)) : Json(); }};
}

Keys AdaptiveKeys(AdaptiveConfig& adaptive) {
  return {
      {"syns_per_second", OptionalThreshold(adaptive.syns_per_second)},
      {"in_flight", OptionalThreshold(adaptive.in_flight)},
      {"incomplete_percent", OptionalThreshold(adaptive.incomplete_percent)},
      {"bytes_per_second", OptionalThreshold(adaptive.bytes_per_second)},
      {"risk_percent", OptionalThreshold(adaptive.risk_percent)},
  };
}

Keys DetectorKeys(DetectorConfig& detector) {
  return {
      {"risk_percent", ThresholdMap(detector.risk_percent)},
      {"least_syns", WholeNumber(detector.least_syns, {1, 100'000'000})},
  };
}

// address:port alone, or a map.
Field BackendValue(BackendConfig& backend) {
  const Field address = EndpointText(backend.endpoint);
  const Field map = Map({{"address", address, kRequired},
                         {"mac", NextHop(backend.mac)},
                         {"weight", WholeNumber(backend.weight, {0, kMaxWeight})}});
  return {
      [address, map](const YamlValue& value) { (value.IsScalar() ? address : map).read(value); },
      map.show};
}

// 0: no tag.
Field Vid(uint16_t& vid) { return WholeNumber(vid, {0, kMaxVid}); }

Keys HealthKeys(HealthConfig& health) {
  constexpr Range<Milliseconds> kTimes{Milliseconds(100), std::chrono::hours(1)};
  return {
      {"source_v4", AddressText(health.source_v4, true)},
      {"source_v6", AddressText(health.source_v6, false)},
      {"vlan", Vid(health.vlan)},
      {"interval", Duration(health.interval, kTimes)},
      {"timeout", Duration(health.timeout, kTimes)},
      {"rise", WholeNumber(health.rise, {1, 100})},
      {"fall", WholeNumber(health.fall, {1, 100})},
  };
}

Keys PoliceKeys(PoliceConfig& police) {
  const auto rate = [](uint32_t& to) { return WholeNumber(to, {0, kMostPoliced}); };
  return {
      {"ack", rate(police.ack)},   {"syn_ack", rate(police.syn_ack)},
      {"rst", rate(police.rst)},   {"fin", rate(police.fin)},
      {"udp", rate(police.udp)},   {"fragments", rate(police.fragments)},
      {"icmp", rate(police.icmp)},
  };
}

Keys ServiceKeys(ServiceConfig& service) {
  using WrongCookie = ServiceConfig::WrongCookie;
  using Direct = ServiceConfig::Direct;
  using WhenDown = ServiceConfig::WhenDown;
  using Adopt = ServiceConfig::Adopt;
  return {
      {"name", Name(service.name), kRequired},
      {"listen", List(service.listen, kMaxEndpoints, EndpointText), kRequired},
      {"vlans", List(service.vlans, kMaxVid + 1u, Vid)},
      {"backends", List(service.backends, kMaxEndpoints, BackendValue)},
      {"promise", Map(PromiseKeys(service.promise))},
      {"connlimit", Map(ConnlimitKeys(service.connlimit))},
      {"syn_limit", Map(RateLimitKeys(service.syn_limit))},
      {"syn_limit_per_source", Map(SourceRateLimitKeys(service.syn_limit_per_source))},
      {"accept_limit", Map(AcceptLimitKeys(service.accept_limit))},
      {"accept_limit_per_source", Map(SourceRateLimitKeys(service.accept_limit_per_source))},
      {"max_opening", WholeNumber(service.max_opening, {0, 1u << 20})},
      {"opening_queue", Duration(service.opening_queue, kQueueTimes)},
      {"wrong_cookie", Word(service.wrong_cookie, {{"auto", WrongCookie::kAuto},
                                                   {"reset", WrongCookie::kReset},
                                                   {"drop", WrongCookie::kDrop}})},
      {"flood_syns_per_second", WholeNumber(service.flood_syns_per_second, {1, 100'000'000})},
      {"end_to_end_ack", Boolean(service.end_to_end_ack)},
      {"signed_bypass", List(service.signed_bypass, kMaxSignedBypass, PrefixText)},
      {"lists", Names(service.lists)},
      {"direct", Word(service.direct, {{"drop", Direct::kDrop}, {"bridge", Direct::kBridge}})},
      {"when_down",
       Word(service.when_down, {{"drop", WhenDown::kDrop}, {"reset", WhenDown::kReset}})},
      {"health", Map(HealthKeys(service.health))},
      {"slow_start", Duration(service.slow_start, {Seconds(0), std::chrono::hours(1)})},
      {"police", Map(PoliceKeys(service.police))},
      {"mode", Word(service.mode, {{"off", Mode::kOff},
                                   {"monitor", Mode::kMonitor},
                                   {"adaptive", Mode::kAdaptive},
                                   {"always", Mode::kAlways}})},
      {"adaptive", Map(AdaptiveKeys(service.adaptive))},
      {"detector", Map(DetectorKeys(service.detector))},
      {"grace", Duration(service.grace, {Seconds(0), Seconds(600)})},
      {"adopt", Word(service.adopt, {{"never", Adopt::kNever}, {"on_start", Adopt::kOnStart}})},
  };
}

Keys ApplianceKeys(ApplianceConfig& config) {
  Config& core = config.core;
  const auto service = [](ServiceConfig& to) { return Map(ServiceKeys(to)); };
  const auto list = [](ListConfig& to) { return Map(ListKeys(to)); };
  return {
      {"ports", Map(PortsKeys(config.ports))},
      {"workers", WholeNumber(config.workers, {1, kMaxWorkers})},
      {"idle", Word(config.idle, {{"poll", Idle::kPoll}, {"adaptive", Idle::kAdaptive}})},
      {"memory", Map(MemoryKeys(config))},
      {"statistics", Map({{"interval", Duration(config.statistics_interval,
                                                {Seconds(0), std::chrono::hours(1)})}})},
      {"events", Map({{"file", Text(config.events.file)},
                      {"journal", Boolean(config.events.journal)},
                      {"socket", Text(config.events.socket)}})},
      {"state", Map({{"folder", Text(config.state_folder)}})},
      {"admin", Map({{"socket", Text(config.admin.socket)},
                     {"operators", Text(config.admin.operators)},
                     {"listen", EndpointText(config.admin.listen)},
                     {"token_file", Text(config.admin.token_file)}})},
      {"cookie", Map(CookieKeys(config))},
      {"flow_table", Map({{"entries", WholeNumber(core.flow_table_entries, {16, 1u << 26})}})},
      {"connlimit_table", Map({{"entries", WholeNumber(core.connlimit_table_entries,
                                                       {16, ConnlimitTable::kMaxEntries})}})},
      {"reflection", Map(ReflectionKeys(core.reflection))},
      {"handshake", Map(HandshakeKeys(core.handshake))},
      {"timeouts", Map(TimeoutKeys(core.timeouts))},
      {"lists", List(core.lists, kMaxLists, list)},
      {"services", List(core.services, kMaxServices, service)},
      {"policy", Map({{"require", Text(config.site_rules)}})},
  };
}

}  // namespace

void ReadAppliance(const YamlValue& root, ApplianceConfig& config) {
  root.ReadMap(ApplianceKeys(config));
}

nlohmann::ordered_json ShowAppliance(ApplianceConfig config) {
  return ShowMap(ApplianceKeys(config));
}

}  // namespace synsplice
