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
  __u16 list;
  __u16 verdict; /* of PrefilterVerdict */
};
enum PrefilterVerdict {
  kPrefilterPass,  /* of a list that does not block: as if it were on none */
  kPrefilterAllow, /* has no budget */
  kPrefilterBlock,
};

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
