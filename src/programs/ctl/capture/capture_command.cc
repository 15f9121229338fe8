#include "programs/ctl/capture/capture_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/file/output_file.h"
#include "programs/ctl/api_client.h"
#include "programs/ctl/capture/capture_blocks.h"
#include "programs/ctl/capture/capture_text.h"
#include "synsplice/base/side.h"

namespace synsplice {
namespace {

// What is captured is its owner's business.
constexpr mode_t kForOwner = 0600;

volatile std::sig_atomic_t ended_by_signal = 0;

// A reader that goes away ends it like a signal: what there is is finished, and counted.
void EndBySignals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { ended_by_signal = 1; });
  }
  std::signal(SIGPIPE, SIG_IGN);
}

std::string BodyOf(const CaptureOptions& options) {
  nlohmann::ordered_json body = {{"frames", options.frames}};
  const std::pair<const char*, std::string> texts[] = {
      {"filter", fmt::format("{}", fmt::join(options.filter, " "))},
      {"reason", options.reason},
      {"service", options.service}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) body[name] = text;
  }
  const std::pair<const char*, std::optional<uint64_t>> numbers[] = {
      {"count", options.count},
      {"seconds", options.seconds},
      {"sample", options.sample},
      {"snaplen", options.snap_length}};
  for (const auto& [name, number] : numbers) {
    if (number) body[name] = *number;
  }
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int Fail(const std::string& sentence) { return SayTrouble({{}, sentence}); }

// Where the capture goes to.
class Output {
 public:
  explicit Output(std::FILE* to) : to_(to) {}

  bool Write(std::span<const uint8_t> bytes) {
    return Note(std::fwrite(bytes.data(), 1, bytes.size(), to_) == bytes.size());
  }
  bool Flush() { return Note(std::fflush(to_) == 0); }
  // A sentence, unless it is that nobody reads any more.
  std::string trouble() const {
    if (error_ == 0 || error_ == EPIPE) return {};
    return fmt::format("the capture cannot be written: {}", std::strerror(error_));
  }

 private:
  bool Note(bool good) {
    if (!good) error_ = errno;
    return good;
  }

  std::FILE* to_;
  int error_ = 0;
};

// Until it ends. Frames are counted on stderr, beside whatever is written; answers whether there
// is a capture, and what went wrong.
std::pair<bool, std::string> Stream(const CaptureOptions& options, CaptureBlocks& blocks,
                                    Output& output) {
  const ApiQuestion question{"/v1/capture", {}, "POST", BodyOf(options)};
  EndBySignals();
  const ApiAnswer answer = StreamApi(options.socket, question, [&](std::string_view bytes) {
    return !ended_by_signal && blocks.Add(bytes) && output.Flush();
  });
  const bool begun = !blocks.section().interfaces().empty();
  if (begun) fmt::print(stderr, "{} frames captured, {} lost\n", blocks.frames(), blocks.lost());
  for (const std::string& trouble : {output.trouble(), blocks.error()}) {
    if (!trouble.empty()) return {begun, trouble};
  }
  return {begun, answer.trouble};
}

int Status(const std::string& trouble) { return trouble.empty() ? 0 : Fail(trouble); }

// `file`: what `to` belongs to, if it has to get a name at the end.
int CaptureTo(const CaptureOptions& options, std::FILE* to, OutputFile* file) {
  Output output(to);
  CaptureBlocks blocks([&](auto block, const CaptureRecord*) { return output.Write(block); });
  auto [begun, trouble] = Stream(options, blocks, output);
  if (file != nullptr && begun && output.trouble().empty()) {
    const std::string failed = file->Commit();
    if (!failed.empty()) trouble = failed;
  }
  return Status(trouble);
}

int CaptureToFile(const CaptureOptions& options) {
  auto created = OutputFile::Create(options.file, kForOwner);
  if (const auto* error = std::get_if<std::string>(&created)) return Fail(*error);
  auto& file = std::get<OutputFile>(created);
  return CaptureTo(options, file.stream(), &file);
}

int CaptureToTerminal(const CaptureOptions& options) {
  Output output(stdout);
  CaptureBlocks blocks([&](auto, const CaptureRecord* frame) {
    if (frame == nullptr) return true;
    const std::string line =
        CaptureLine(*frame, frame->interface == 0 ? Name(Side::kOutside) : Name(Side::kInside));
    return output.Write({reinterpret_cast<const uint8_t*>(line.data()), line.size()});
  });
  return Status(Stream(options, blocks, output).second);
}

void AddChoice(CLI::App& command, CaptureOptions& options) {
  command.add_option("filter", options.filter,
                     "frames that this BPF takes as they arrive (tcpdump)");
  command.add_option("--reason", options.reason,
                     "frames dropped or refused for it, such as connlimit");
  command.add_option("--service", options.service, "frames of this service, by its name");
  CLI::Option* flags[] = {
      command.add_flag_callback(
          "--before", [&] { options.frames = "before"; }, "frames as they arrive (default)"),
      command.add_flag_callback(
          "--after", [&] { options.frames = "after"; }, "frames as they leave"),
      command.add_flag_callback(
          "--both", [&] { options.frames = "both"; }, "both")};
  flags[1]->excludes(flags[0]);
  flags[2]->excludes(flags[0])->excludes(flags[1]);
}

}  // namespace

void AddCaptureOptions(CLI::App& command, CaptureOptions& options) {
  options.socket = kDefaultSocket;
  AddChoice(command, options);
  command.add_option("-w,--write", options.file,
                     "a pcapng file, '-' for standard output; not lines");
  command.add_option("-c,--count", options.count, "end after so many frames");
  command.add_option("--seconds", options.seconds,
                     "end after so long; at the latest after an hour");
  command.add_option("--sample", options.sample, "one of so many frames only");
  command.add_option("--snaplen", options.snap_length, "so many bytes of a frame at most");
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
}

int RunCapture(const CaptureOptions& options) {
  if (options.file.empty()) return CaptureToTerminal(options);
  if (options.file != "-") return CaptureToFile(options);
  if (::isatty(STDOUT_FILENO)) return Fail("standard output is a terminal: -w FILE, or no -w");
  return CaptureTo(options, stdout, nullptr);
}

}  // namespace synsplice
