// The API: a request becomes a response, whoever carries both.
//
// Answers are made from the latest snapshot: but for those about single flows, no request reaches a
// worker. Errors are problem documents (RFC 9457).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/api/config_api.h"
#include "admin/api/flow_desk.h"
#include "admin/api/list_api.h"
#include "admin/api_request.h"
#include "admin/events/event_book.h"
#include "admin/snapshot.h"
#include "capture/capture_desk.h"

namespace synsplice {

inline constexpr std::string_view kEventStream = "/v1/events/stream";

class Api {
 public:
  // The latest snapshot and how old it is; may be called from any thread.
  struct Latest {
    std::shared_ptr<const Snapshot> snapshot;
    Milliseconds age{0};
  };
  using Look = std::function<Latest()>;
  // What a client of the API has changed.
  struct Change {
    std::string line;
    std::optional<Address> client;  // whose connections alone it is about
  };
  using Audit = std::function<void(const Change& change)>;

  // Who looks after what is no snapshot's.
  struct Desks {
    FlowDesk flows;
    ListDesk lists;
  };

  // REQUIRES: `events` outlives the API.
  Api(Look latest, const EventBook& events, Desks desks, GiveOrder orders, Audit audit)
      : latest_(std::move(latest)),
        events_(events),
        desks_(std::move(desks)),
        orders_(std::move(orders)),
        audit_(std::move(audit)) {}

  // Without it there are no captures. REQUIRES: nobody asks yet.
  void OfferCaptures(StartCapture start) { captures_ = std::move(start); }

  ApiResponse Answer(const ApiRequest& request) const;

  // What streams tell.
  Latest latest() const { return latest_(); }
  const EventBook& events() const { return events_; }

 private:
  ApiResponse AnswerEvents(const ApiRequest& request) const;
  ApiResponse AnswerOrder(const ApiRequest& request) const;
  ApiResponse ClearFlows(const ApiRequest& request, const Snapshot& snapshot) const;
  ApiResponse Capture(const ApiRequest& request, const Snapshot& snapshot) const;

  Look latest_;
  const EventBook& events_;
  Desks desks_;
  GiveOrder orders_;
  Audit audit_;
  StartCapture captures_;
};

}  // namespace synsplice
