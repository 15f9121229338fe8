// Collects what is wrong with a configuration file, and knows where its keys stand.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace synsplice {

struct Diagnostic {
  std::string file;
  int line = 0;  // 1-based; 0: about the file as a whole
  int column = 0;
  std::string message;    // starts with the key path, if the finding belongs to a key
  std::string snippet;    // `line` and a caret below it; empty if line is 0
  std::string key = {};   // its path; empty: the finding belongs to none
  std::string rule = {};  // of the site, that is broken; empty: it is a mistake
};

// "file:line:column: message", below it the source line and a caret; no newline at the end.
std::string Render(const Diagnostic& diagnostic);

struct Position {
  int line = 1;    // 1-based
  int column = 1;  // 1-based, in bytes

  auto operator<=>(const Position&) const = default;
};

class ConfigReport {
 public:
  ConfigReport(std::string file, const std::string& text);

  // Notes that the key `path` (such as "services[0].name") stands at `position`.
  void Locate(const std::string& path, Position position) { positions_[path] = position; }

  // Notes that the map `path` holds an unknown key, which may stand for any key that it lacks.
  void MarkIncomplete(const std::string& path) { incomplete_.push_back(path); }

  // Path "": the finding belongs to no key.
  void Fail(const std::string& path, Position position, const std::string& sentence);

  // A finding at the key itself, or at the nearest one around it that the file holds.
  void FailAtKey(const std::string& path, const std::string& sentence);

  // The same of what is right, but breaks a rule of the site.
  void FailRule(const std::string& path, const std::string& rule, const std::string& sentence);

  // A finding about values of several keys: said of the first one, shown at the first one that the
  // file holds. Not said if the value of any of these keys is unknown: it has a finding of its own,
  // or may be misspelt.
  void FailRelation(std::initializer_list<std::string> paths, const std::string& sentence);

  // Whether nothing was found at `path`, above it or below it.
  bool IsSound(const std::string& path) const;

  size_t size() const { return findings_.size(); }

  // The first findings in the order of the file, `most` of them.
  std::vector<Diagnostic> First(size_t most);

 private:
  struct Finding {
    Position position;
    std::string message;
    std::string key;
    std::string rule = {};
  };

  Position PositionOf(std::string path) const;
  bool IsKnown(const std::string& path) const;

  // A parser's position may lie behind the text.
  Position InsideText(Position position) const;

  std::string file_;
  std::vector<std::string> lines_;  // one at least
  std::map<std::string, Position> positions_;
  std::vector<std::string> failed_paths_;
  std::vector<std::string> incomplete_;
  std::vector<Finding> findings_;
};

}  // namespace synsplice
