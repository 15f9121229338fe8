// While synsplice serves, hands every frame of a queue that has an AF_XDP socket to it, all others
// to the kernel. While nobody serves, because the process is starting, has ended or was killed, it
// is a wire: frames leave by the other port as they are.
//
// The kernel takes a socket out of the map when it closes, however its process ends: the first
// queue's tells the dead from the living. A queue without a socket beside it is not a death: its
// frames must not get round the proxy. Nothing is filtered on the wire: what is on a list then,
// nobody looks after.
//
// The program that AF_XDP's library brings would not do that, and loading it takes CAP_SYS_ADMIN:
// this one is loaded and attached with CAP_BPF and CAP_NET_ADMIN.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "io/xdp/prefilter.bpf.h"
#include "io/xdp/redirect_settings.h"

// DPDK looks for this name.
struct {
  __uint(type, BPF_MAP_TYPE_XSKMAP);
  __uint(max_entries, 1024);  // queues of a network interface
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} xsks_map SEC(".maps");

// The interface of the other port; without one there is no wire.
struct {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} other_port SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct RedirectSettings);
} settings SEC(".maps");

static int IsServed(void) {
  const __u32 only = 0;
  const struct RedirectSettings* now = bpf_map_lookup_elem(&settings, &only);
  return now && now->serves && bpf_map_lookup_elem(&xsks_map, &now->first_queue);
}

SEC("xdp")
int synsplice(struct xdp_md* frame) {
  if (!IsServed()) return bpf_redirect_map(&other_port, 0, XDP_PASS);
  if (IsFiltered(frame)) return XDP_DROP;
  return bpf_redirect_map(&xsks_map, frame->rx_queue_index, XDP_PASS);
}

const char kLicense[] SEC("license") = "Dual BSD/GPL";
