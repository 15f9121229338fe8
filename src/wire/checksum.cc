#include "synsplice/wire/checksum.h"

#include "synsplice/base/endian.h"

namespace synsplice {

void ChecksumUpdate::ReplaceBytes(const uint8_t* from, const uint8_t* to, size_t length) {
  for (size_t i = 0; i < length; i += 2) Replace16(LoadBe16(from + i), LoadBe16(to + i));
}

}  // namespace synsplice
