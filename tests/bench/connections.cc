#include "bench/connections.h"

#include <numeric>

namespace synsplice::test {
namespace {

constexpr uint32_t kServerIsn = 5'000'000;
constexpr std::string_view kRequestText =
    "GET / HTTP/1.1\r\nHost: 198.18.1.0\r\nConnection: close\r\n\r\n";
constexpr std::string_view kAnswerText =
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nsynsplice\n";
constexpr uint32_t kAsked = 1 + kRequestText.size(), kAnswered = 1 + kAnswerText.size();

FrameTemplate TemplateOf(const Connections::Step& step) {
  const Endpoint backend = BenchConfig(1, 1).services[0].backends[0].endpoint;
  TcpFrame frame = BenchSyn(BenchClient(0), BenchListener(0));
  if (step.side == Side::kInside) {
    std::swap(frame.source_mac, frame.destination_mac);
    frame.destination = frame.source;
    frame.source = backend;
  }
  frame.flags = step.flags;
  frame.payload = step.payload;
  if (!(step.flags & kS)) frame.options = {};
  return FrameTemplate(frame);
}

}  // namespace

const std::vector<Connections::Step> Connections::kSteps = {
    {Side::kOutside, kS, 0, 0, "", Verdict::Bounce()},
    {Side::kOutside, kA, 1, 1, "", Verdict::Consumed()},
    {Side::kInside, kS | kA, 0, 1, "", Verdict::Forward()},
    {Side::kOutside, kP | kA, 1, 1, kRequestText, Verdict::Forward()},
    {Side::kInside, kP | kA, 1, kAsked, kAnswerText, Verdict::Forward()},
    {Side::kInside, kF | kA, kAnswered, kAsked, "", Verdict::Forward()},
    {Side::kOutside, kF | kA, kAsked, kAnswered + 1, "", Verdict::Forward()},
    {Side::kInside, kA, kAnswered + 1, kAsked + 1, "", Verdict::Forward()},
};

Connections::Connections(World& world, uint32_t count) : world_(world), our_isns_(count) {
  for (const Step& step : kSteps) templates_.push_back(TemplateOf(step));
}

const Bytes& Connections::Frame(size_t step, uint32_t number) {
  const Step& what = kSteps[step];
  FrameTemplate& frame = templates_[step];
  const Endpoint client = BenchClient(number);
  if (what.side == Side::kInside) {
    frame.To(client).Seq(kServerIsn + what.seq).Ack(ClientIsn(number) + what.ack);
  } else {
    frame.From(client).Seq(ClientIsn(number) + what.seq);
    if (step != kSyn) frame.Ack(our_isns_[number] + what.ack);
  }
  return frame.bytes();
}

double Connections::Play(size_t step, std::span<const uint32_t> numbers) {
  burst_.resize(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) burst_[i] = Frame(step, numbers[i]);
  const double seconds = world_.Play(kSteps[step].side, burst_, kSteps[step].expected);
  for (size_t i = 0; i < numbers.size() && step == kSyn; ++i) {
    our_isns_[numbers[i]] = FrameTemplate::SeqOf(world_.played(i));
  }
  return seconds;
}

void Connections::OpenAll() {
  std::vector<uint32_t> numbers(kMaxBurst);
  for (uint32_t first = 0; first < our_isns_.size(); first += kMaxBurst) {
    numbers.resize(std::min<size_t>(kMaxBurst, our_isns_.size() - first));
    std::iota(numbers.begin(), numbers.end(), first);
    for (const size_t step : {kSyn, kAck, kSynAck}) Play(step, numbers);
  }
}

}  // namespace synsplice::test
