// Gives a host VLAN tags without the 8021q module: pushes them on egress, pops them on ingress.
// OUTER and INNER are VLAN ids, set by the compiler's command line; INNER 0 means one tag.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("push")
int Push(struct __sk_buff* frame) {
  if (INNER != 0) bpf_skb_vlan_push(frame, bpf_htons(ETH_P_8021Q), INNER);
  bpf_skb_vlan_push(frame, bpf_htons(INNER != 0 ? ETH_P_8021AD : ETH_P_8021Q), OUTER);
  return TC_ACT_OK;
}

// Priority 3 in two tags of VID 0, which name no VLAN (802.1Q 6.7).
SEC("prioritise")
int Prioritise(struct __sk_buff* frame) {
  bpf_skb_vlan_push(frame, bpf_htons(ETH_P_8021Q), 3 << 13);
  bpf_skb_vlan_push(frame, bpf_htons(ETH_P_8021Q), 3 << 13);
  return TC_ACT_OK;
}

// Frames without exactly our tags are not for this host.
SEC("pop")
int Pop(struct __sk_buff* frame) {
  if (!frame->vlan_present || (frame->vlan_tci & 0xfff) != OUTER) return TC_ACT_SHOT;
  bpf_skb_vlan_pop(frame);
  if (INNER == 0) return TC_ACT_OK;
  if (!frame->vlan_present || (frame->vlan_tci & 0xfff) != INNER) return TC_ACT_SHOT;
  bpf_skb_vlan_pop(frame);
  return TC_ACT_OK;
}

char kLicense[] SEC("license") = "GPL";
