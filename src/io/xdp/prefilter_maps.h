// The maps of prefilter.bpf.h, of one program.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "control/lists/prefilter_plan.h"
#include "control/lists/prefilter_tables.h"
#include "io/host/descriptor.h"
#include "io/xdp/port_program.h"
#include "io/xdp/prefilter_layout.h"

namespace synsplice {

// A table of prefixes in the kernel, of both families, and its sieve.
class PrefixTrie {
 public:
  PrefixTrie() = default;  // none
  // For so many. Not ok(): errno says why.
  explicit PrefixTrie(size_t prefixes);

  bool ok() const { return prefixes_.ok() && sieve_.ok() && words_; }
  const Descriptor& prefixes() const { return prefixes_; }
  const Descriptor& sieve() const { return sieve_; }
  // False: errno says why. A prefix takes the place of an equal one.
  bool Add(std::span<const ListedPrefix> prefixes);

 private:
  struct Unmap {
    void operator()(uint64_t* words) const;
  };
  void Sift(const ListedPrefix& prefix);
  void SetBits(uint32_t first, uint32_t count);

  Descriptor prefixes_, sieve_;
  std::unique_ptr<uint64_t, Unmap> words_;  // of the sieve
};

class PrefilterMaps : public PrefilterTables::Kernel {
 public:
  PrefilterMaps() = default;  // none
  explicit PrefilterMaps(const PortProgram& program);

  bool ok() const { return settings_.ok(); }

  void Set(const PrefilterSettings& settings);
  void Put(const GuardedEndpoint& guarded);
  void Remove(const Endpoint& endpoint);
  bool Begin(PrefilterTables::Table table, size_t prefixes) override;
  bool Add(PrefilterTables::Table table, std::span<const ListedPrefix> prefixes) override;
  void Use(PrefilterTables::Table table) override;
  void Clear(PrefilterTables::Table table) override;
  // False: errno says why, and nobody has a budget.
  bool MakeBudgets();
  void TakeBudgets();
  // As it was when the program was loaded, what it has counted excepted: it may outlive us.
  void Empty();

  // Since the program was loaded, `services` of them.
  PrefilterCounts Read(size_t services) const;
  // Of all frames that it has dropped.
  uint64_t ReadBytes() const;

 private:
  Descriptor settings_, services_, lists_, sieves_, budgets_, dropped_, by_list_, syns_, blocked_;
  std::array<PrefixTrie, PrefilterTables::kCount> begun_;
};

}  // namespace synsplice
