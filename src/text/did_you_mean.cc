#include "text/did_you_mean.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace synsplice {
namespace {

constexpr size_t kMostTyped = 64;  // bytes; no known word is nearly as long

// Letters to insert, delete, replace or swap with their neighbour to get from one word to the other
// (optimal string alignment). Keeps the last three rows of the matrix.
size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<size_t> before(to.size() + 1), above(to.size() + 1), row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= from.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const bool same = from[i - 1] == to[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[to.size()];
}

}  // namespace

std::string_view NearestWord(std::string_view typed, const std::vector<std::string_view>& known) {
  std::string_view nearest;
  if (typed.size() > kMostTyped) return nearest;
  // Two of five letters may be wrong; a word of one letter resembles nothing.
  size_t allowed = typed.size() * 2 / 5;
  for (const std::string_view word : known) {
    const size_t distance = EditDistance(typed, word);
    if (distance > allowed || (distance == allowed && !nearest.empty())) continue;
    nearest = word;
    allowed = distance;
  }
  return nearest;
}

std::string DidYouMean(std::string_view typed, const std::vector<std::string_view>& known) {
  const std::string_view nearest = NearestWord(typed, known);
  return nearest.empty() ? "" : fmt::format(", did you mean '{}'?", nearest);
}

}  // namespace synsplice
