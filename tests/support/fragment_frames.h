// Cuts frames of TcpFrame::Build() into fragments and puts them together again, independent of
// src/wire.
#pragma once

#include <algorithm>
#include <vector>

#include "support/bytes.h"
#include "support/tcp_frame.h"

namespace synsplice::test {

inline constexpr uint32_t kFragmentId = 0x4321;

// Part of `whole`: `length` bytes (a multiple of 8 unless it is the last part) behind the IP header
// from `offset` on. REQUIRES: `whole` was built from `frame`.
inline Bytes FragmentOf(const TcpFrame& frame, const Bytes& whole, size_t offset, size_t length,
                        uint32_t id = kFragmentId) {
  const size_t ip = IpOffset(frame), tcp = TcpOffset(frame);
  length = std::min(length, whole.size() - tcp - offset);
  const unsigned more = tcp + offset + length < whole.size();
  Bytes part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(tcp));
  if (frame.v6()) {
    part[ip + 6] = 44;
    Set16(part, ip + 4, static_cast<unsigned>(8 + length));
    Put8(part, 6);
    Put8(part, 0);
    Put16(part, static_cast<unsigned>(offset) | more);
    Put32(part, id);
  } else {
    Set16(part, ip + 2, static_cast<unsigned>(20 + length));
    Set16(part, ip + 4, id & 0xffff);
    Set16(part, ip + 6, static_cast<unsigned>(offset / 8) | more << 13);
    Set16(part, ip + 10, 0);
    Set16(part, ip + 10, SlowChecksum(std::span(part).subspan(ip, 20)));
  }
  PutBytes(part, std::span(whole).subspan(tcp + offset, length));
  return part;
}

// All parts of `frame`, `size` bytes each.
inline std::vector<Bytes> FragmentsOf(const TcpFrame& frame, size_t size,
                                      uint32_t id = kFragmentId) {
  const Bytes whole = frame.Build();
  std::vector<Bytes> parts;
  for (size_t offset = 0; TcpOffset(frame) + offset < whole.size(); offset += size) {
    parts.push_back(FragmentOf(frame, whole, offset, size, id));
  }
  return parts;
}

// The frame that in-order parts of one datagram were cut from. `like` tells family and tags.
inline Bytes Reassembled(const TcpFrame& like, const std::vector<Bytes>& parts) {
  const size_t ip = IpOffset(like), tcp = TcpOffset(like), header = like.v6() ? 8 : 0;
  Bytes whole(parts[0].begin(), parts[0].begin() + static_cast<ptrdiff_t>(tcp));
  for (const Bytes& part : parts) PutBytes(whole, std::span(part).subspan(tcp + header));
  if (like.v6()) {
    whole[ip + 6] = 6;
    Set16(whole, ip + 4, static_cast<unsigned>(whole.size() - tcp));
    return whole;
  }
  Set16(whole, ip + 2, static_cast<unsigned>(whole.size() - ip));
  Set16(whole, ip + 4, 0);
  Set16(whole, ip + 6, 0x4000);
  Set16(whole, ip + 10, 0);
  Set16(whole, ip + 10, SlowChecksum(std::span(whole).subspan(ip, 20)));
  return whole;
}

}  // namespace synsplice::test
