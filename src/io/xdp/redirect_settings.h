/* What a process tells the XDP program of redirect.bpf.c, which is C. */
#pragma once

#include <linux/types.h>

struct RedirectSettings {
  __u32 serves;      /* 1: frames go to the sockets */
  __u32 first_queue; /* whose socket is there as long as the process */
};
