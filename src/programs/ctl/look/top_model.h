// What `top` shows, from one sample of the API's numbers to the next.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace synsplice {

// What the API says of /v1/status, /v1/services, /v1/drops, /v1/workers and /v1/top.
struct TopSample {
  nlohmann::ordered_json status, services, drops, workers, sources;
};

enum class TopOrder : uint8_t { kSyns, kConnections, kName };

class TopModel {
 public:
  // One that the appliance has not made anew changes nothing.
  void Add(TopSample sample);

  // The screen: a line each, none longer than `columns`, `rows` of them at most.
  std::vector<std::string> Screen(size_t columns, size_t rows, TopOrder order) const;
  // All of it in one line, for who is no terminal.
  std::string Line() const;

 private:
  struct Service {
    std::string name;
    double syns = 0, valid = 0, opened = 0;  // per second
    uint64_t established = 0;
    std::string times;  // of its handshakes: half and 99 % of those of the last second
    bool attacked = false;
    std::vector<double> history;  // of syns
  };
  using Totals = std::map<std::string, uint64_t>;

  double Rate(const std::string& name, uint64_t total);
  void AddService(const nlohmann::ordered_json& service);
  std::string Head() const;
  std::string Load() const;
  void AddServices(TopOrder order, std::vector<std::string>& lines) const;
  void AddSources(std::vector<std::string>& lines) const;
  void AddDrops(std::vector<std::string>& lines) const;
  std::vector<Service> Sorted(TopOrder order) const;

  TopSample sample_;
  double taken_ = 0;    // when, in seconds
  double seconds_ = 0;  // since the one before; 0: there was none
  Totals before_, totals_;
  std::map<std::string, Service> services_;
  std::vector<std::pair<std::string, double>> drops_;  // per second, the most first
  double outside_ = 0, inside_ = 0;                    // frames per second
};

}  // namespace synsplice
