// Bounds of a YAML document: whatever the file holds, reading it takes little time and memory.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "control/yaml/config_report.h"

namespace synsplice {

// Thrown out of yaml-cpp's parser.
struct BadDocument {
  Position position;
  std::string sentence;
};

// Watches a parser at work. An alias counts as much as what it stands for: nested ones would make
// a tree that is exponentially larger than the file.
class DocumentBounds : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string&) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override;
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override;
  void OnMapEnd() override { Close(); }

 private:
  // A map or list that has begun.
  struct Open {
    YAML::anchor_t anchor;
    size_t nodes_before;
  };

  void Count(size_t nodes, const YAML::Mark& mark);
  void CountLeaf(const YAML::Mark& mark, YAML::anchor_t anchor);
  void Begin(const YAML::Mark& mark, YAML::anchor_t anchor);
  void Close();
  void Remember(YAML::anchor_t anchor, size_t nodes);

  bool has_document_ = false;
  size_t nodes_ = 0;
  std::vector<Open> open_;
  std::vector<size_t> nodes_of_anchor_;  // 0: it is open
};

}  // namespace synsplice
