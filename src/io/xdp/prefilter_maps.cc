#include "io/xdp/prefilter_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace synsplice {
namespace {

constexpr uint32_t kOnly = 0;  // the key of a map with one entry
// Of the address of a /24 of IPv4, and what is before IPv4's own bits.
constexpr unsigned kSiftedV4 = 24, kMappedV4Bits = 96;
constexpr size_t kSieveBytes = kPrefilterSieveBits / 8;
// An IPv6 prefix that is wider has more networks than are worth telling apart.
constexpr uint8_t kWidestSifted = 12;

static_assert(kPrefilterReasonCount == kPrefilterReasons);
static_assert(kPrefilterServices == kMaxServices && kPrefilterLists == kMaxLists + 1);
static_assert(PrefilterTables::kEntries == static_cast<int>(kPrefilterEntries) &&
              PrefilterTables::kFiles == static_cast<int>(kPrefilterFiles) &&
              PrefilterTables::kCount == static_cast<int>(kPrefilterTables));
static_assert(kPrefilterEndpoints >= 2 * kMaxEndpoints);

PrefilterAddress Wire(const Address& address) {
  PrefilterAddress wire;
  std::memcpy(&wire, address.bytes.data(), sizeof wire);
  return wire;
}

PrefilterEndpoint Wire(const Endpoint& endpoint) {
  return {Wire(endpoint.address), __builtin_bswap16(endpoint.port), 0};
}

uint16_t VerdictOf(Tier tier) {
  if (tier == Tier::kBlock) return kPrefilterBlock;
  return tier == Tier::kAllow ? kPrefilterAllow : kPrefilterPass;
}

// What all CPUs have counted there.
template <typename Count>
Count Sum(const Descriptor& map, uint32_t key, Count (*add)(Count, Count)) {
  std::vector<Count> of_cpus(static_cast<size_t>(std::max(::libbpf_num_possible_cpus(), 1)));
  if (::bpf_map_lookup_elem(map.get(), &key, of_cpus.data()) != 0) return {};
  Count sum{};
  for (const Count& count : of_cpus) sum = add(sum, count);
  return sum;
}

uint64_t Sum(const Descriptor& map, uint32_t key) {
  return Sum<uint64_t>(map, key, [](uint64_t a, uint64_t b) { return a + b; });
}

PrefilterCount Dropped(const Descriptor& map, uint32_t reason) {
  return Sum<PrefilterCount>(map, reason, [](PrefilterCount a, PrefilterCount b) {
    return PrefilterCount{a.frames + b.frames, a.bytes + b.bytes};
  });
}

// A map in a place of a map of maps.
bool PutMap(const Descriptor& maps, uint32_t place, const Descriptor& map) {
  const int fd = map.get();
  return map.ok() && ::bpf_map_update_elem(maps.get(), &place, &fd, BPF_ANY) == 0;
}

}  // namespace

PrefixTrie::PrefixTrie(size_t prefixes) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_NO_PREALLOC);
  LIBBPF_OPTS(bpf_map_create_opts, mapped, .map_flags = BPF_F_MMAPABLE);
  sieve_ = Descriptor(::bpf_map_create(BPF_MAP_TYPE_ARRAY, "sieve", sizeof(uint32_t),
                                       sizeof(uint64_t), kPrefilterSieveWords, &mapped));
  if (!sieve_.ok()) return;
  void* words = ::mmap(nullptr, kSieveBytes, PROT_READ | PROT_WRITE, MAP_SHARED, sieve_.get(), 0);
  if (words == MAP_FAILED) return;
  words_.reset(static_cast<uint64_t*>(words));
  prefixes_ = Descriptor(::bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "listed", sizeof(PrefilterPrefix),
                                          sizeof(PrefilterListed), static_cast<uint32_t>(prefixes),
                                          &options));
}

bool PrefixTrie::Add(std::span<const ListedPrefix> prefixes) {
  std::vector<PrefilterPrefix> keys;
  std::vector<PrefilterListed> values;
  for (const ListedPrefix& prefix : prefixes) {
    keys.push_back({prefix.length, Wire(prefix.address)});
    values.push_back({prefix.list, VerdictOf(prefix.tier)});
    if (prefix.list != 0) Sift(prefix);
  }
  LIBBPF_OPTS(bpf_map_batch_opts, options);
  auto count = static_cast<uint32_t>(keys.size());
  return ::bpf_map_update_batch(prefixes_.get(), keys.data(), values.data(), &count, &options) == 0;
}

void PrefixTrie::Unmap::operator()(uint64_t* words) const { ::munmap(words, kSieveBytes); }

// All bits that addresses of the prefix have.
void PrefixTrie::Sift(const ListedPrefix& prefix) {
  PrefilterAddress address = Wire(prefix.address);
  if (prefix.address.IsV4()) {
    const unsigned length = std::min(prefix.length - kMappedV4Bits, kSiftedV4);
    return SetBits(PrefilterBit(&address), 1u << (kSiftedV4 - length));
  }
  if (prefix.length < kWidestSifted) return SetBits(kPrefilterBitsV4, kPrefilterBitsV4);
  const uint32_t networks = 1u << (32 - std::min<unsigned>(prefix.length, 32));
  const uint32_t first = __builtin_bswap32(address.words[0]);
  for (uint32_t i = 0; i < networks; ++i) {
    address.words[0] = __builtin_bswap32(first + i);
    SetBits(PrefilterBit(&address), 1);
  }
}

void PrefixTrie::SetBits(uint32_t first, uint32_t count) {
  for (uint32_t bit = first; bit < first + count; ++bit) {
    words_.get()[bit >> 6] |= uint64_t{1} << (bit & 63);
  }
}

PrefilterMaps::PrefilterMaps(const PortProgram& program)
    : settings_(program.Map("filter_settings")),
      services_(program.Map("filter_services")),
      lists_(program.Map("filter_lists")),
      sieves_(program.Map("filter_sieves")),
      budgets_(program.Map("filter_budgets")),
      dropped_(program.Map("filter_dropped")),
      by_list_(program.Map("filter_by_list")),
      syns_(program.Map("filter_syns")),
      blocked_(program.Map("filter_blocked")) {}

void PrefilterMaps::Set(const PrefilterSettings& settings) {
  ::bpf_map_update_elem(settings_.get(), &kOnly, &settings, BPF_ANY);
}

void PrefilterMaps::Put(const GuardedEndpoint& guarded) {
  const PrefilterEndpoint key = Wire(guarded.endpoint);
  const PrefilterService value{guarded.service, guarded.has_budget};
  ::bpf_map_update_elem(services_.get(), &key, &value, BPF_ANY);
}

void PrefilterMaps::Remove(const Endpoint& endpoint) {
  const PrefilterEndpoint key = Wire(endpoint);
  ::bpf_map_delete_elem(services_.get(), &key);
}

bool PrefilterMaps::Begin(PrefilterTables::Table table, size_t prefixes) {
  begun_[table] = PrefixTrie(prefixes);
  return begun_[table].ok();
}

bool PrefilterMaps::Add(PrefilterTables::Table table, std::span<const ListedPrefix> prefixes) {
  return begun_[table].Add(prefixes);
}

// A frame between the two may miss the table, no more.
void PrefilterMaps::Use(PrefilterTables::Table table) {
  PutMap(sieves_, table, begun_[table].sieve());
  PutMap(lists_, table, begun_[table].prefixes());
  begun_[table] = {};
}

void PrefilterMaps::Clear(PrefilterTables::Table table) {
  const uint32_t place = table;
  ::bpf_map_delete_elem(sieves_.get(), &place);
  ::bpf_map_delete_elem(lists_.get(), &place);
  begun_[table] = {};
}

void PrefilterMaps::Empty() {
  Set({});
  for (const auto table : {PrefilterTables::kEntries, PrefilterTables::kFiles}) Clear(table);
  TakeBudgets();
}

bool PrefilterMaps::MakeBudgets() {
  const Descriptor made(::bpf_map_create(BPF_MAP_TYPE_LRU_HASH, "budgets", sizeof(PrefilterAddress),
                                         sizeof(uint64_t), kPrefilterSources, nullptr));
  return PutMap(budgets_, kOnly, made);
}

void PrefilterMaps::TakeBudgets() { ::bpf_map_delete_elem(budgets_.get(), &kOnly); }

PrefilterCounts PrefilterMaps::Read(size_t services) const {
  PrefilterCounts counts;
  for (uint32_t i = 0; i < counts.frames.size(); ++i) {
    const PrefilterCount dropped = Dropped(dropped_, i);
    counts.frames[i] = dropped.frames;
    counts.bytes += dropped.bytes;
  }
  for (uint32_t i = 0; i < counts.by_list.size(); ++i) counts.by_list[i] = Sum(by_list_, i);
  for (uint32_t i = 0; i < services; ++i) {
    counts.syns.push_back(Sum(syns_, i));
    counts.blocked.push_back(Sum(blocked_, i));
  }
  return counts;
}

uint64_t PrefilterMaps::ReadBytes() const {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < kPrefilterReasonCount; ++i) bytes += Dropped(dropped_, i).bytes;
  return bytes;
}

}  // namespace synsplice
