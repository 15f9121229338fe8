// A table in memory of its own.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include "synsplice/base/region.h"

namespace synsplice::test {

class ZeroedMemory {
 protected:
  explicit ZeroedMemory(const Layout& layout)
      : bytes_(new (std::align_val_t{4096}) std::byte[layout.bytes()]()),
        region_(Region::Over({bytes_.get(), layout.bytes()}, layout).value()) {}

  const Region& region() const { return region_; }

 private:
  struct Delete {
    void operator()(std::byte* bytes) const { ::operator delete[](bytes, std::align_val_t{4096}); }
  };
  std::unique_ptr<std::byte[], Delete> bytes_;
  Region region_;
};

template <typename Table>
class Alone : private ZeroedMemory, public Table {
 public:
  // `size`: what its Reserve wants to know; `others`: its constructor, besides region and place.
  template <typename... Others>
  explicit Alone(uint32_t size, Others&&... others)
      : Alone(Reserved(size), std::forward<Others>(others)...) {}

 private:
  struct Reserved {
    explicit Reserved(uint32_t size) : place(Table::Reserve(layout, size)) {}
    Layout layout;
    typename Table::Place place;
  };
  template <typename... Others>
  explicit Alone(const Reserved& reserved, Others&&... others)
      : ZeroedMemory(reserved.layout),
        Table(ZeroedMemory::region(), reserved.place, std::forward<Others>(others)...) {}
};

}  // namespace synsplice::test
