#include "programs/replay_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "control/config_loader.h"
#include "control/lists/list_book.h"
#include "control/secret_file.h"
#include "explain/connections.h"
#include "explain/explain.h"
#include "explain/explain_json.h"
#include "explain/hints.h"
#include "explain/selection.h"
#include "io/pcap/merged_capture.h"
#include "io/terminal/progress_line.h"
#include "replay/fix_checksums.h"
#include "replay/output_capture.h"
#include "replay/session.h"

namespace synsplice {
namespace {

int Fail(const std::string& sentence) {
  fmt::print(stderr, "synsplicectl: {}\n", sentence);
  return 1;
}

// The configuration, its secret set; or what is wrong, to be told to the user. What no secret is
// kept for yet has a made-up one: nothing is written for a look at a capture.
std::variant<ApplianceConfig, std::string> LoadAppliance(const ReplayOptions& options) {
  LoadedConfig loaded = LoadConfig(options.config);
  if (!loaded.ok()) return Render(loaded.diagnostics.front());
  Config& config = loaded.config.core;
  // Nobody answers a check that was made after the capture.
  for (ServiceConfig& service : config.services) service.health = {};
  SipKey& secret = config.cookie.secret;
  const std::string& file = loaded.config.secret_file;
  std::error_code unseen;
  if (file.empty() || (!std::filesystem::exists(file, unseen) && !unseen)) {
    secret = CookieSecretFrom(options.seed);
    return std::move(loaded.config);
  }
  const auto read = BorrowSecret(file);
  if (const auto* error = std::get_if<std::string>(&read)) return *error;
  secret = std::get<SipKey>(read);
  return std::move(loaded.config);
}

ListTable ListsOf(const ApplianceConfig& config, const Policy& policy) {
  ListBook book;
  book.Adopt(config.listed, policy);
  const auto built = book.Build();
  return built ? built->table : ListTable();
}

// A capture that is overwritten while it is read would be lost.
bool OverwritesInput(const ReplayOptions& options) {
  for (const std::string& path : options.out) {
    std::error_code ignored;
    if (std::filesystem::equivalent(path, options.outside, ignored) ||
        std::filesystem::equivalent(path, options.inside, ignored)) {
      return true;
    }
  }
  return options.out.size() == 2 && options.out[0] == options.out[1];
}

// How far a replay has read, on the terminal; explain fills that with what it tells.
class ReadingProgress {
 public:
  void Tell(const char* doing, const MergedCapture& capture) {
    if (++frames_ % kBetween != 0 || !line_.IsDue()) return;
    const auto [read, size] = capture.place();
    const std::string part = size == 0 ? "" : fmt::format(" {} %,", read * 100 / size);
    line_.Show(fmt::format("{}:{} {} frames", doing, part, frames_));
  }

 private:
  static constexpr uint64_t kBetween = 256;

  ProgressLine line_;
  uint64_t frames_ = 0;
};

// What a replay reads.
struct Input {
  MergedCapture capture;
  Policy policy;
  ListTable lists;
  std::unique_ptr<ReadingProgress> progress = {};  // nullptr: nobody is told
};

std::variant<Input, std::string> OpenInput(const ReplayOptions& options) {
  auto loaded = LoadAppliance(options);
  if (const auto* error = std::get_if<std::string>(&loaded)) return *error;
  auto& config = std::get<ApplianceConfig>(loaded);
  auto capture = MergedCapture::Open(options.outside, options.inside, options.outside_interface);
  if (const auto* error = std::get_if<std::string>(&capture)) return *error;
  Policy policy(std::move(config.core));
  ListTable lists = ListsOf(config, policy);
  return Input{std::get<MergedCapture>(std::move(capture)), std::move(policy), std::move(lists)};
}

std::vector<std::string> HintsOf(const Hints& hints, const ReplayOptions& options,
                                 const MergedCapture& capture) {
  const Hints::Chosen chosen{options.session, options.fix_checksums,
                             !options.outside_interface.empty() || capture.tells_sides()};
  return hints.Sentences(chosen, capture.interfaces());
}

std::optional<CapturedFrame> NextFrame(const ReplayOptions& options, Input& input,
                                       const char* doing = "replay") {
  if (input.progress) input.progress->Tell(doing, input.capture);
  auto frame = input.capture.Next();
  if (frame && options.fix_checksums) FixChecksums(*frame);
  return frame;
}

// What a replay leaves behind.
struct Played {
  std::string error;               // what stopped it early; empty: nothing did
  std::vector<std::string> notes;  // about the capture as a whole
};

// `on_end` sees the core when the last frame was judged.
using OnEnd = std::function<void(const Proxy&)>;

Played PlayPlainly(const ReplayOptions& options, Input& input, ReplayObserver& observer,
                   const OnEnd& on_end) {
  Replay replay(input.policy, HashKeyFrom(options.seed), input.capture.start(), observer);
  replay.Publish(input.lists);
  while (const auto frame = NextFrame(options, input)) replay.Feed(*frame);
  on_end(replay.proxy());
  return {input.capture.error(), {}};
}

// Twice through the capture: the handshakes first.
Played PlaySessions(const ReplayOptions& options, Input& input, ReplayObserver& observer,
                    const OnEnd& on_end) {
  RecordedSessions recorded(input.policy);
  const CaptureTime start = input.capture.start();
  while (const auto frame = NextFrame(options, input, "handshakes")) recorded.See(*frame);
  auto again = MergedCapture::Open(options.outside, options.inside, options.outside_interface);
  if (const auto* error = std::get_if<std::string>(&again)) return {*error, {}};
  input.capture = std::get<MergedCapture>(std::move(again));
  const Policy policy(recorded.WithPromises(input.policy.config()));
  const bool apart = (!options.outside.empty() && !options.inside.empty()) ||
                     !options.outside_interface.empty() || input.capture.tells_sides();
  const auto sides = apart ? SessionReplay::Sides::kApart : SessionReplay::Sides::kMixed;
  SessionReplay replay(recorded, sides, {policy, HashKeyFrom(options.seed), start}, observer);
  replay.Publish(input.lists);
  while (auto frame = NextFrame(options, input)) replay.Feed(*std::move(frame));
  replay.Finish();
  on_end(replay.proxy());
  return {input.capture.error(), replay.Report()};
}

// Feeds the whole capture.
Played Play(const ReplayOptions& options, Input& input, ReplayObserver& observer,
            const OnEnd& on_end) {
  Hints hints;
  Observers observers({&observer, &hints});
  Played played = options.session ? PlaySessions(options, input, observers, on_end)
                                  : PlayPlainly(options, input, observers, on_end);
  for (std::string& hint : HintsOf(hints, options, input.capture)) {
    played.notes.push_back(std::move(hint));
  }
  return played;
}

void AddInputOptions(CLI::App& command, ReplayOptions& options) {
  command.add_option("--config", options.config, "the configuration")->required();
  auto* captures = command.add_option_group("captures");
  auto* outside = captures->add_option("--outside", options.outside,
                                       "capture of what arrived outside (pcap, pcapng, gzip)");
  auto* inside = captures->add_option("--inside", options.inside, "capture of what arrived inside");
  captures->require_option(1, 2);
  command
      .add_option("--outside-interface", options.outside_interface,
                  "name or number of a pcapng interface: the one file holds both sides, what this "
                  "one captured arrived outside")
      ->check([outside, inside](const std::string&) {
        return *outside && *inside ? "goes with one capture, not with two" : "";
      });
  command.add_flag("--fix-checksums", options.fix_checksums,
                   "make TCP checksums right first, for captures taken before the network card "
                   "filled them in, or cut by a snapshot length");
  command
      .add_flag("--session", options.session,
                "open recorded connections: their ACKs are moved onto the cookies made here, "
                "the recorded server plays the backend; one capture may hold both sides")
      ->check([outside, inside](const std::string&) {
        const auto reads_standard_input = [](const CLI::Option* option) {
          return *option && option->results().front() == "-";
        };
        return reads_standard_input(outside) || reads_standard_input(inside)
                   ? "reads its capture twice: no '-'"
                   : "";
      });
  command
      .add_option("--seed", options.seed, "keys the hashes, and the cookies without secret_file")
      ->capture_default_str();
}

Selection::Wanted WantedOf(const ReplayOptions& options) {
  Selection::Wanted wanted{options.filter, {}, options.only == "drops"};
  for (const std::string& end : options.flow) wanted.flow.push_back(*ParseEndpoint(end));
  return wanted;
}

std::unique_ptr<Explanation> MakeExplanation(const ReplayOptions& options, const Input& input) {
  const CaptureTime start = input.capture.start();
  if (options.json) return std::make_unique<ExplainJson>(input.policy, start, stdout);
  return std::make_unique<Explain>(input.policy, start, stdout);
}

}  // namespace

void AddReplayOptions(CLI::App& command, ReplayOptions& options) {
  AddInputOptions(command, options);
  command
      .add_option("--out", options.out,
                  "pcapng file of what leaves, interfaces 'outside' and 'inside'; or two files, "
                  "outside's and inside's")
      ->required()
      ->expected(1, 2);
}

void AddExplainOptions(CLI::App& command, ReplayOptions& options) {
  AddInputOptions(command, options);
  command.add_option("--filter", options.filter, "tell frames only that this BPF takes (tcpdump)");
  command
      .add_option("--flow", options.flow,
                  "tell one connection only: an end (198.18.0.1:4711, [2001:db8::1]:80), or both")
      ->expected(1, 2)
      ->check([](const std::string& text) {
        return ParseEndpoint(text) ? std::string() : "'" + text + "' is not ADDRESS:PORT";
      });
  command.add_flag("--json", options.json, "tell it as JSON, one object per line");
  command.add_option("--only", options.only, "'drops': tell dropped and refused frames only")
      ->check(CLI::IsMember({"drops"}));
}

int RunReplay(const ReplayOptions& options) {
  if (OverwritesInput(options))
    return Fail("--out names a capture that is to be read, or one twice");
  auto opened = OpenInput(options);
  if (const auto* error = std::get_if<std::string>(&opened)) return Fail(*error);
  auto created = OutputCapture::Create(options.out);
  if (const auto* error = std::get_if<std::string>(&created)) return Fail(*error);
  auto& output = std::get<OutputCapture>(created);
  auto& input = std::get<Input>(opened);
  input.progress = std::make_unique<ReadingProgress>();
  const Played played = Play(options, input, output, [](const Proxy&) {});
  input.progress.reset();
  for (const std::string& note : played.notes) fmt::print("{}\n", note);
  if (const std::string failed = output.Commit(); !failed.empty()) return Fail(failed);
  return played.error.empty() ? 0 : Fail(played.error);
}

int RunExplain(const ReplayOptions& options) {
  auto opened = OpenInput(options);
  if (const auto* error = std::get_if<std::string>(&opened)) return Fail(*error);
  auto& input = std::get<Input>(opened);
  const auto explanation = MakeExplanation(options, input);
  auto created = Selection::Create(WantedOf(options), *explanation);
  if (const auto* error = std::get_if<std::string>(&created)) return Fail(*error);
  auto& selection = std::get<Selection>(created);
  Connections connections(input.policy, selection);
  Observers observers({&selection, &connections});
  const Played played = Play(options, input, observers, [&](const Proxy& proxy) {
    connections.Tell(*explanation);
    explanation->Summarise(proxy);
  });
  for (const std::string& note : played.notes) explanation->Note(note);
  return played.error.empty() ? 0 : Fail(played.error);
}

}  // namespace synsplice
