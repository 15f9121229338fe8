// A request to the API: a line "METHOD /path?name=value&name=value", then the body. Whatever it is,
// it becomes an answer that is well-formed; what it brings into force is a policy that follows the
// one before.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "admin/api/api.h"
#include "control/reloader.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr size_t kMostBytes = 1 << 14;
constexpr const char* kConfig =
    "ports: {outside: {device: 'net_null0'}, inside: {device: 'net_null1'}}\n"
    "services:\n"
    "  - {name: web, listen: ['198.18.0.10:80'], connlimit: {above: 50}}\n"
    "  - {name: api, listen: ['198.18.0.20:443'], backends: ['198.18.0.21:1', '198.18.0.22:1']}\n";

std::string_view TakeTo(std::string_view& text, char end) {
  const size_t length = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return taken;
}

ApiRequest RequestIn(std::string_view text) {
  std::string_view line = TakeTo(text, '\n');
  ApiRequest request;
  request.method = TakeTo(line, ' ');
  request.path = TakeTo(line, '?');
  while (!line.empty()) {
    std::string_view value = TakeTo(line, '&');
    const std::string name(TakeTo(value, '='));
    request.query.insert_or_assign(name, value);
  }
  request.role = Role::kAdmin;
  request.body = text;
  return request;
}

// The appliance behind the API, without packets.
class Behind {
 public:
  ConfigAnswer Serve(const ConfigOrder& order) {
    bool adopted = false;
    const ConfigAnswer answer =
        reloader_.Serve(order, Time{}, [&](const std::shared_ptr<const Policy>& policy) {
          SYNSPLICE_CHECK(policy->obstacles().empty());
          SYNSPLICE_CHECK(Policy::Validate(policy->config()).empty());
          adopted = true;
        });
    const bool done = answer.result == ConfigAnswer::Result::kDone;
    SYNSPLICE_CHECK(!adopted || (done && !order.dry_run));
    SYNSPLICE_CHECK(done == answer.sentence.empty());
    return answer;
  }
  ApiResponse Answer(const ApiRequest& request) {
    Api api([this] { return Look(); }, events_, {{0, nullptr}, {lists_, [] {}}},
            [this](const ConfigOrder& order) { return Serve(order); },
            [](const Api::Change& change) { SYNSPLICE_CHECK(!change.line.empty()); });
    api.OfferCaptures(Capture);
    return api.Answer(request);
  }

 private:
  static CaptureAnswer Capture(const CaptureOrder& order) {
    const CaptureChoice& choice = order.choice;
    SYNSPLICE_CHECK(choice.before || choice.after);
    SYNSPLICE_CHECK(choice.sample >= 1 && choice.snap_length <= 65535);
    SYNSPLICE_CHECK(choice.duration >= Seconds(1) && choice.filter.size() <= 1024);
    SYNSPLICE_CHECK(!choice.service || *choice.service < 2);
    SYNSPLICE_CHECK(!choice.reason || !IsOfShell(*choice.reason));
    return CaptureRefusal{true, "fuzzing"};
  }
  Api::Latest Look() const {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->services.resize(2);
    snapshot->services[0].name = "web", snapshot->services[1].name = "api";
    snapshot->config = reloader_.state();
    return {snapshot, Milliseconds(0)};
  }

  EventBook events_;
  ListBook lists_;
  Reloader reloader_{"-", kConfig, LoadConfigText("", kConfig, Purpose::kReplay).config};
};

void CheckAnswer(const ApiResponse& answer) {
  SYNSPLICE_CHECK(answer.status >= 200 && answer.status < 600);
  if (!answer.type.ends_with("json")) return;
  const auto body = JsonValue::parse(answer.body);
  if (answer.status != 200) SYNSPLICE_CHECK(body["status"] == answer.status);
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A secret's file would be made.
  if (size > kMostBytes || text.find("secret_file") != text.npos) return 0;
  Behind behind;
  CheckAnswer(behind.Answer(RequestIn(text)));
  // As it is left.
  CheckAnswer(behind.Answer({.method = "GET", .path = "/v1/config"}));
  CheckAnswer(behind.Answer({.method = "POST", .path = "/v1/rollback", .role = Role::kAdmin}));
  return 0;
}
