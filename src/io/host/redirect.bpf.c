// Hands every frame of a queue that has an AF_XDP socket to it, all others to the kernel.
//
// The program that AF_XDP's library brings would do, but loading it takes CAP_SYS_ADMIN: this one
// is loaded and attached with CAP_BPF and CAP_NET_ADMIN.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

// DPDK looks for this name.
struct {
  __uint(type, BPF_MAP_TYPE_XSKMAP);
  __uint(max_entries, 1024);  // queues of a network interface
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} xsks_map SEC(".maps");

SEC("xdp")
int synsplice(struct xdp_md* frame) {
  return bpf_redirect_map(&xsks_map, frame->rx_queue_index, XDP_PASS);
}

const char kLicense[] SEC("license") = "Dual BSD/GPL";
