// Capture files for tests, written with libpcap, in gtest's folder for temporary files.
#pragma once

#include <gtest/gtest.h>
#include <pcap/pcap.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace synsplice::test {

struct PcapRecord {
  int64_t time_ns = 0;  // since 1970
  std::vector<uint8_t> bytes;
  uint32_t original_length = 0;  // 0: bytes.size()
};

using PcapRecords = std::vector<PcapRecord>;

struct PcapFormat {
  int link_type = DLT_EN10MB;
  bool nanoseconds = true;
};

// A path that no other test uses; removes what is there at the end.
class TemporaryPath {
 public:
  TemporaryPath() : path_(New()) {}
  ~TemporaryPath() { std::filesystem::remove(path_); }
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;

  operator const std::string&() const { return path_; }

  static std::string New() {
    static int count = 0;
    return ::testing::TempDir() + "synsplice_" + std::to_string(getpid()) + "_" +
           std::to_string(++count) + ".pcap";
  }

 private:
  std::string path_;
};

class PcapFile {
 public:
  explicit PcapFile(const PcapRecords& records, PcapFormat format = {}) {
    const int precision =
        format.nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO;
    const int64_t unit = format.nanoseconds ? 1 : 1000;
    pcap_t* handle = pcap_open_dead_with_tstamp_precision(format.link_type, 65535, precision);
    pcap_dumper_t* file = pcap_dump_open(handle, path().c_str());
    for (const PcapRecord& record : records) {
      pcap_pkthdr header{};
      header.ts.tv_sec = record.time_ns / 1'000'000'000;
      header.ts.tv_usec = record.time_ns % 1'000'000'000 / unit;
      header.caplen = static_cast<uint32_t>(record.bytes.size());
      header.len = record.original_length ? record.original_length : header.caplen;
      pcap_dump(reinterpret_cast<u_char*>(file), &header, record.bytes.data());
    }
    pcap_dump_close(file);
    pcap_close(handle);
  }

  const std::string& path() const { return path_; }

 private:
  TemporaryPath path_;
};

}  // namespace synsplice::test
