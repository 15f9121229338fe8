// The counters by service and by backend are the worker's own, divided: what every test of the core
// ends with.
#pragma once

#include <algorithm>
#include <string>

#include "synsplice/proxy/proxy.h"

namespace synsplice::test {

class CountersAgree {
 public:
  explicit CountersAgree(const Proxy& proxy) : proxy_(proxy) {
    Of(ServiceEvent::kCookiesSent, Of(Event::kCookiesSent), "cookies sent");
    Of(ServiceEvent::kCookiesValid, Of(Event::kCookiesValid), "cookies valid");
    Of(ServiceEvent::kConnectionsOpened, Of(Event::kFlowsSpliced), "connections opened");
    Of(ServiceEvent::kConnectionsNoted, Of(Event::kFlowsNoted), "connections noted");
    Of(ServiceEvent::kCookiesWrong, Of(Reason::kCookieWrong), "cookies wrong");
    Of(ServiceEvent::kCookiesExpired, Of(Reason::kCookieExpired), "cookies expired");
    Of(ServiceEvent::kCookiesNeverSent, Of(Reason::kCookieNeverSent), "cookies never sent");
    Of(ServiceEvent::kConnlimitRejections, Of(Reason::kConnlimit) + Of(Reason::kConnlimitTableFull),
       "connlimit rejections");
    Of(ServiceEvent::kPoliceDrops, Of(Reason::kPolice), "police drops");
    AtLeast(ServiceEvent::kStrayRsts, Of(Reason::kRstWithoutFlow), "stray RSTs");
    AtLeast(ServiceEvent::kStraySynAcks, Of(Reason::kSynAckWithoutFlow), "stray SYN-ACKs");
    Of(ServiceEvent::kDownRejections, Of(Reason::kInsideDown) + Of(Reason::kBackendsDown),
       "down rejections");
    Of(ServiceEvent::kSynLimitRejections, Of(Reason::kSynLimit) + Of(Reason::kSynLimitPerSource),
       "SYN limit rejections");
    Of(ServiceEvent::kAcceptLimitRejections,
       Of(Reason::kAcceptLimit) + Of(Reason::kAcceptLimitPerSource), "accept limit rejections");
    Of(ServiceEvent::kBackendBusyRejections, Of(Reason::kBackendBusy), "backend busy rejections");
    Of(BackendEvent::kSyns, Of(Event::kBackendSyns), "SYNs to backends");
    Of(BackendEvent::kConnectionsOpened, Of(Event::kFlowsSpliced), "connections of backends");
    Of(BackendEvent::kRefused, Of(Event::kBackendRefused), "refused");
    Of(BackendEvent::kSilent, Of(Event::kBackendSilent), "silent");
    CheckFlows();
    CheckDurations();
  }

  // What disagrees, a line each; empty: nothing.
  const std::string& complaints() const { return complaints_; }

 private:
  uint64_t Of(Event event) const { return proxy_.counters().Get(event); }
  uint64_t Of(Reason reason) const { return proxy_.counters().Get(reason); }

  void Of(ServiceEvent event, uint64_t all, const char* name) { Expect(SumOf(event), all, name); }
  // Others have passed.
  void AtLeast(ServiceEvent event, uint64_t dropped, const char* name) {
    Expect(std::min(SumOf(event), dropped), dropped, name);
  }
  uint64_t SumOf(ServiceEvent event) const {
    uint64_t sum = 0;
    for (const ServiceCounters& service : proxy_.service_counters()) sum += service.Get(event);
    return sum;
  }
  void Of(BackendEvent event, uint64_t all, const char* name) {
    uint64_t sum = 0;
    for (const BackendCounters& backend : proxy_.backend_counters()) sum += backend.Get(event);
    Expect(sum, all, name);
  }
  void CheckFlows() {
    uint64_t flows = 0;
    for (const ServiceCounters& service : proxy_.service_counters()) {
      for (size_t i = 0; i < kPhaseCount; ++i) {
        flows += service.Flows(Phase(i));
        if (service.Flows(Phase(i)) > proxy_.flow_count())
          complaints_ += "a phase is left too often\n";
      }
    }
    Expect(flows, proxy_.flow_count(), "flows by phase");
  }
  void CheckDurations() {
    uint64_t handshakes = 0;
    for (const ServiceCounters& service : proxy_.service_counters()) {
      handshakes += CountOf(service.handshakes);
    }
    Expect(handshakes, Of(Event::kFlowsSpliced), "handshake durations");
  }
  static uint64_t CountOf(const DurationHistogram& histogram) {
    uint64_t count = 0;
    for (size_t i = 0; i < DurationHistogram::kBuckets; ++i) count += histogram.Get(i);
    return count;
  }
  void Expect(uint64_t sum, uint64_t all, const char* name) {
    if (sum == all) return;
    complaints_ += std::string(name) + ": " + std::to_string(sum) + " of " + std::to_string(all) +
                   " are counted\n";
  }

  const Proxy& proxy_;
  std::string complaints_;
};

}  // namespace synsplice::test
