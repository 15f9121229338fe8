#include "neighbour.h"

#include "support/neighbour_frame.h"

namespace synsplice::sim {

std::optional<Packet> AnswerNeighbour(const Scenario& scenario, const Packet& packet) {
  if (packet.origin.damaged) return std::nullopt;
  const auto request = test::ReadNeighbourFrame(packet.bytes);
  if (!request || request->answer) return std::nullopt;
  for (uint32_t i = 0; i < scenario.servers.size(); ++i) {
    const Address address = BackendEndpoint(scenario, i).address;
    if (address != request->asked) continue;
    test::NeighbourFrame answer;
    answer.source_mac = kServerMac;
    answer.destination_mac = request->source_mac;
    answer.tags = request->tags;
    answer.answer = true;
    answer.sender = address;
    answer.sender_mac = kServerMac;
    answer.asked = request->sender;
    return Packet{answer.Build(), {.maker = Origin::Maker::kServer}};
  }
  return std::nullopt;
}

}  // namespace synsplice::sim
