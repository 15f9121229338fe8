/* What user space and the XDP program of redirect.bpf.c, which is C, both read and write. */
#pragma once

#include <linux/types.h>

/* One address type for both families, in network order: IPv4 is ::ffff:a.b.c.d. */
struct PrefilterAddress {
  __u32 words[4];
};

struct PrefilterSettings {
  __u32 on; /* 0: every frame passes */
  __u32 padding;
  __u64 interval_ns; /* of the budget: a SYN of one source in so long; 0: any number */
  __u64 burst_ns;    /* so much earlier may one come */
};

/* An endpoint of a service, and what is known of it. */
struct PrefilterEndpoint {
  struct PrefilterAddress address;
  __u16 port; /* network order */
  __u16 padding;
};
struct PrefilterService {
  __u16 number;
  __u16 has_budget; /* 1: its clients' SYNs are counted against it */
};

/* A prefix as the kernel's trie has it. */
struct PrefilterPrefix {
  __u32 length; /* bits, of IPv4 96 more */
  struct PrefilterAddress address;
};
struct PrefilterListed {
  __u16 list;    /* 0: none */
  __u16 verdict; /* of PrefilterVerdict */
};
enum PrefilterVerdict {
  kPrefilterPass,  /* of a list that does not block: as if it were on none */
  kPrefilterAllow, /* has no budget */
  kPrefilterBlock,
};

/* Which bit of a sieve an address has: that of its /24 (IPv4), or one that its /32 (IPv6) shares
 * with others. 0: no prefix of the table holds any address with this bit. A search of a trie with a
 * million prefixes waits for memory some twenty times. */
enum {
  kPrefilterBitsV4 = 1 << 24, /* those of IPv6, as many, are behind */
  kPrefilterSieveBits = 2 * kPrefilterBitsV4,
  kPrefilterSieveWords = kPrefilterSieveBits / 64,
};
static inline __u32 PrefilterBit(const struct PrefilterAddress* address) {
  const int v4 = (address->words[0] | address->words[1]) == 0 &&
                 address->words[2] == __builtin_bswap32(0xffff);
  if (v4) return __builtin_bswap32(address->words[3]) >> 8;
  return kPrefilterBitsV4 | (__builtin_bswap32(address->words[0]) * 0x9e3779b1u) >> 8;
}

/* Tables of prefixes, in the order in which they are asked. */
enum PrefilterTable { kPrefilterEntries, kPrefilterFiles, kPrefilterTables };

enum PrefilterReason { kPrefilterByList, kPrefilterByBudget, kPrefilterReasons };
struct PrefilterCount {
  __u64 frames, bytes;
};

enum {
  kPrefilterEndpoints = 8192, /* of all services, those of a reload included */
  kPrefilterSources = 131072, /* that have a budget at a time */
  kPrefilterServices = 1024,  /* their numbers are below */
  kPrefilterLists = 64,
};
