#include "programs/ctl/help/why_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>
#include <vector>

#include "programs/ctl/help/event_types.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/reason.h"
#include "text/did_you_mean.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr size_t kColumns = 80;
constexpr std::string_view kCut = "...";

constexpr std::string_view kEventTexts[] = {
#define SYNSPLICE_EVENT_TEXT(identifier, label, text) text,
    SYNSPLICE_EVENTS(SYNSPLICE_EVENT_TEXT)
#undef SYNSPLICE_EVENT_TEXT
};

struct Entry {
  std::string_view name, text;
  std::string_view remedy = {};  // of a reason
  std::string_view what = "a reason to drop a frame";
};

// Reason::kNone is no drop.
std::vector<Entry> Reasons() {
  std::vector<Entry> entries;
  for (size_t i = 1; i < kReasonCount; ++i) {
    entries.push_back({kReasonLabels[i], kReasonTexts[i], kReasonRemedies[i]});
  }
  return entries;
}

std::vector<Entry> Events() {
  std::vector<Entry> entries;
  for (size_t i = 0; i < kEventCount; ++i) {
    entries.push_back({kEventLabels[i], kEventTexts[i], {}, "an event, no drop"});
  }
  return entries;
}

std::vector<Entry> EventTypes() {
  std::vector<Entry> entries;
  for (const auto& [name, text] : kEventTypes) {
    entries.push_back({name, text, {}, "a type of `synsplicectl events`"});
  }
  return entries;
}

// Some names are both a reason and a type of event.
std::vector<Entry> Everything() {
  std::vector<Entry> entries = Reasons();
  std::ranges::copy(Events(), std::back_inserter(entries));
  std::ranges::copy(EventTypes(), std::back_inserter(entries));
  return entries;
}

std::vector<std::string_view> Names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : Everything()) {
    if (std::ranges::find(names, entry.name) == names.end()) names.push_back(entry.name);
  }
  return names;
}

// `text` behind `head`, further lines under the first.
std::string Filled(std::string_view head, std::string_view text) {
  std::string lines, line(head);
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kColumns) {
      lines += line + "\n";
      line.assign(head.size(), ' ');
    }
    line += " " + word;
  }
  return lines + line + "\n";
}

std::string Told(const Entry& entry) {
  std::string told = fmt::format("{} ({})\n", entry.name, entry.what);
  told += Filled("  means: ", entry.text);
  return entry.remedy.empty() ? told : told + Filled("  remedy:", entry.remedy);
}

// At the end of a word, if it is longer than `columns`.
std::string Cut(std::string line, size_t columns) {
  if (line.size() <= columns) return line;
  return line.substr(0, line.rfind(' ', columns - kCut.size())).append(kCut);
}

// A line each; what is longer is told whole under its own name.
std::string Listed(const std::vector<Entry>& entries) {
  size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, entry.name.size());
  std::string listed;
  for (const Entry& entry : entries) {
    listed += Cut(fmt::format("  {:<{}}  {}", entry.name, width, entry.text), kColumns) + "\n";
  }
  return listed;
}

std::string WhyUnknown(std::string_view name) {
  const std::vector<std::string_view> names = Names();
  if (std::ranges::find(names, name) != names.end()) return "";
  const std::string_view nearest = NearestWord(name, names);
  return fmt::format("{} is no reason and no event ({})", Quoted(name),
                     nearest.empty() ? "`synsplicectl why` lists all"
                                     : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace

// The choices stand in braces, as those of CLI::IsMember, for completion; too many for the help.
void AddWhyOptions(CLI::App& command, WhyOptions& options) {
  command.add_option("name", options.name, "a drop reason or an event; without it: all of them")
      ->check(CLI::Validator([](std::string& name) { return WhyUnknown(name); },
                             fmt::format("{{{}}}", fmt::join(Names(), ","))))
      ->option_text(" ");
}

std::string WhyText(std::string_view name) {
  if (name.empty()) {
    return fmt::format(
        "Reasons to drop a frame:\n{}\nEvents:\n{}\nTypes of `synsplicectl events`:\n{}",
        Listed(Reasons()), Listed(Events()), Listed(EventTypes()));
  }
  std::string told;
  for (const Entry& entry : Everything()) {
    if (entry.name == name) told += Told(entry);
  }
  return told;
}

int RunWhy(const WhyOptions& options) {
  std::cout << WhyText(options.name);
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
