#include "control/yaml/document_bounds.h"

#include <fmt/format.h>

namespace synsplice {
namespace {

// As many services and endpoints as a configuration may have, with all keys, are below 100 000.
constexpr size_t kMostNodes = 1 << 17;
constexpr size_t kMostDepth = 16;  // the schema needs 5

[[noreturn]] void Refuse(const YAML::Mark& mark, const std::string& sentence) {
  throw BadDocument{{mark.line + 1, mark.column + 1}, sentence};
}

}  // namespace

void DocumentBounds::OnDocumentStart(const YAML::Mark& mark) {
  if (has_document_) Refuse(mark, "not part of the first document, allowed: one document");
  has_document_ = true;
}

void DocumentBounds::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  CountLeaf(mark, anchor);
}

void DocumentBounds::OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                              const std::string&) {
  CountLeaf(mark, anchor);
}

void DocumentBounds::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const size_t nodes = nodes_of_anchor_.at(anchor);
  if (nodes == 0) Refuse(mark, "an alias inside what it stands for");
  Count(nodes, mark);
}

void DocumentBounds::OnSequenceStart(const YAML::Mark& mark, const std::string&,
                                     YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  Begin(mark, anchor);
}

void DocumentBounds::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                                YAML::EmitterStyle::value) {
  Begin(mark, anchor);
}

void DocumentBounds::Count(size_t nodes, const YAML::Mark& mark) {
  nodes_ += nodes;
  if (nodes_ <= kMostNodes) return;
  Refuse(mark,
         fmt::format("more than {} values, those that aliases stand for included", kMostNodes));
}

void DocumentBounds::CountLeaf(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Count(1, mark);
  Remember(anchor, 1);
}

void DocumentBounds::Begin(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (open_.size() == kMostDepth) {
    Refuse(mark, fmt::format("maps and lists inside each other, allowed: {}", kMostDepth));
  }
  open_.push_back({anchor, nodes_});
  Count(1, mark);
  Remember(anchor, 0);
}

void DocumentBounds::Close() {
  Remember(open_.back().anchor, nodes_ - open_.back().nodes_before);
  open_.pop_back();
}

void DocumentBounds::Remember(YAML::anchor_t anchor, size_t nodes) {
  if (anchor == YAML::NullAnchor) return;
  if (anchor >= nodes_of_anchor_.size()) nodes_of_anchor_.resize(anchor + 1);
  nodes_of_anchor_[anchor] = nodes;
}

}  // namespace synsplice
