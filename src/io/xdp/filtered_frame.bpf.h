/* What the pre-filter knows of a frame. */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "io/xdp/prefilter_layout.h"

struct FilteredFrame {
  struct PrefilterEndpoint to;
  struct PrefilterAddress source;
  __u32 v6;
  __u32 syn; /* asks for a connection */
};

struct TagHeader {
  __be16 tci, next;
};
struct TcpStart {
  __be16 source, destination;
  __be32 seq, ack;
  __u8 offset, flags;
};

static __always_inline struct PrefilterAddress MappedV4(__be32 address) {
  struct PrefilterAddress mapped = {{0, 0, bpf_htonl(0xffff), address}};
  return mapped;
}

/* Behind the header; 0: not TCP that is looked at. */
static __always_inline void* ReadV4(struct iphdr* ip, void* end, struct FilteredFrame* frame) {
  if ((void*)(ip + 1) > end || ip->version != 4 || ip->ihl != 5) return 0;
  if (ip->protocol != IPPROTO_TCP || (ip->frag_off & bpf_htons(0x3fff)) != 0) return 0;
  frame->source = MappedV4(ip->saddr);
  frame->to.address = MappedV4(ip->daddr);
  return ip + 1;
}

static __always_inline void* ReadV6(struct ipv6hdr* ip, void* end, struct FilteredFrame* frame) {
  if ((void*)(ip + 1) > end || ip->version != 6 || ip->nexthdr != IPPROTO_TCP) return 0;
  __builtin_memcpy(&frame->source, &ip->saddr, sizeof frame->source);
  __builtin_memcpy(&frame->to.address, &ip->daddr, sizeof frame->to.address);
  frame->v6 = 1;
  return ip + 1;
}

static __always_inline int IsTag(__be16 type) {
  return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

/* 0: not TCP that is looked at. */
static __always_inline int ReadFrame(const struct xdp_md* xdp, struct FilteredFrame* frame) {
  void *at = (void*)(long)xdp->data, *end = (void*)(long)xdp->data_end;
  const struct ethhdr* ethernet = at;
  if ((void*)(ethernet + 1) > end) return 0;
  __be16 type = ethernet->h_proto;
  at += sizeof *ethernet;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    if (!IsTag(type)) break;
    const struct TagHeader* tag = at;
    if ((void*)(tag + 1) > end) return 0;
    type = tag->next;
    at += sizeof *tag;
  }
  if (type == bpf_htons(ETH_P_IP)) {
    at = ReadV4(at, end, frame);
  } else if (type == bpf_htons(ETH_P_IPV6)) {
    at = ReadV6(at, end, frame);
  } else {
    return 0;
  }
  const struct TcpStart* tcp = at;
  if (!tcp || (void*)(tcp + 1) > end) return 0;
  frame->to.port = tcp->destination;
  frame->syn = (tcp->flags & 0x17) == 0x02; /* of FIN, SYN, RST, ACK only SYN */
  return 1;
}
