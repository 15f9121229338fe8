#include "control/yaml/config_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "text/printable.h"

namespace synsplice {
namespace {

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

// Whether `inner` is `outer` or a key or item inside it.
bool Contains(const std::string& outer, const std::string& inner) {
  if (!inner.starts_with(outer)) return false;
  return outer.empty() || inner.size() == outer.size() || inner[outer.size()] == '.' ||
         inner[outer.size()] == '[';
}

}  // namespace

ConfigReport::ConfigReport(std::string file, const std::string& text)
    : file_(std::move(file)), lines_(SplitLines(text)) {}

void ConfigReport::Fail(const std::string& path, Position position, const std::string& sentence) {
  const std::string message = path.empty() ? sentence : path + ": " + sentence;
  findings_.push_back({InsideText(position), Printable(message), Printable(path)});
  failed_paths_.push_back(path);
}

void ConfigReport::FailAtKey(const std::string& path, const std::string& sentence) {
  Fail(path, PositionOf(path), sentence);
}

void ConfigReport::FailRule(const std::string& path, const std::string& rule,
                            const std::string& sentence) {
  FailAtKey(path, sentence);
  findings_.back().rule = Printable(rule);
}

Position ConfigReport::PositionOf(std::string path) const {
  for (;;) {
    const auto found = positions_.find(path);
    if (found != positions_.end()) return found->second;
    const size_t inner = path.find_last_of(".[");
    if (inner == std::string::npos) return {};
    path.resize(inner);
  }
}

void ConfigReport::FailRelation(std::initializer_list<std::string> paths,
                                const std::string& sentence) {
  if (!std::ranges::all_of(paths, [&](const auto& path) { return IsKnown(path); })) return;
  const auto given = std::ranges::find_if(
      paths, [&](const std::string& path) { return positions_.contains(path); });
  Fail(*paths.begin(), given == paths.end() ? Position{} : positions_[*given], sentence);
}

bool ConfigReport::IsSound(const std::string& path) const {
  return std::ranges::none_of(failed_paths_, [&](const std::string& failed) {
    return Contains(failed, path) || Contains(path, failed);
  });
}

bool ConfigReport::IsKnown(const std::string& path) const {
  if (!IsSound(path)) return false;
  return positions_.contains(path) ||
         std::ranges::none_of(incomplete_, [&](const auto& map) { return Contains(map, path); });
}

std::vector<Diagnostic> ConfigReport::First(size_t most) {
  std::ranges::stable_sort(findings_, {}, &Finding::position);
  std::vector<Diagnostic> diagnostics;
  for (size_t i = 0; i < std::min(most, findings_.size()); ++i) {
    const auto& [position, message, key, rule] = findings_[i];
    const auto [line, column] = position;
    diagnostics.push_back(
        {file_, line, column, message, Snippet(lines_[line - 1], column), key, rule});
  }
  return diagnostics;
}

Position ConfigReport::InsideText(Position position) const {
  const int last = static_cast<int>(lines_.size());
  if (position.line <= last) return position;
  return {last, static_cast<int>(lines_.back().size()) + 1};
}

std::string Render(const Diagnostic& diagnostic) {
  const std::string file = Printable(diagnostic.file);
  if (diagnostic.line == 0) return fmt::format("{}: {}", file, diagnostic.message);
  return fmt::format("{}:{}:{}: {}\n{}", file, diagnostic.line, diagnostic.column,
                     diagnostic.message, diagnostic.snippet);
}

}  // namespace synsplice
