// One TCP connection through the proxy, told from both ends.
//
// Numbers are relative: a client's seq counts from its ISN and its ack from the ISN it saw (the
// cookie); a server's seq from its own ISN and its ack from the client's. The frame that an end
// sends and the frame that the other must receive are then named by the same numbers.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/proxy_harness.h"

namespace synsplice::test {

inline const Mac kClientMac = *ParseMac("02:00:00:00:00:0c");
inline const Mac kServerMac = *ParseMac("02:00:00:00:00:0e");
inline const Mac kBackendMac = *ParseMac("02:00:00:00:00:0b");

// One transparent service on 198.18.0.10:80 and [2001:db8::10]:80.
Config TransparentConfig();
// The same listeners before 198.18.0.11:8080 and [2001:db8::11]:8080, whose MAC is given.
Config NatConfig();

Options LinuxOptions();    // MSS 1460, scale 7, SACK, timestamps
Options WindowsOptions();  // without timestamps, scale 8

struct DialogueSetup {
  bool v6 = false;
  std::vector<uint16_t> tags;
  bool nat = false;  // with NatConfig
  uint16_t client_port = 40000;
  Options client = LinuxOptions();
  Options server = LinuxOptions();
  uint16_t client_window = 502;    // of every segment behind the SYN
  uint16_t server_window = 64000;  // of the SYN-ACK and all others
};

class Dialogue {
 public:
  explicit Dialogue(ProxyHarness& harness, DialogueSetup setup = {});

  // The frame that an end sends ...
  TcpFrame Syn() const;
  TcpFrame FromClient(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "") const;
  TcpFrame FromServer(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "") const;
  TcpFrame ServerSynAck() const;
  // ... and the frame that the other end must receive of it.
  TcpFrame ToServer(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "") const;
  TcpFrame ToClient(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "") const;
  // Frames that synsplice makes itself.
  TcpFrame CookieSynAck() const;  // with the cookie that came
  TcpFrame BackendSyn() const;
  TcpFrame WindowUpdate() const;
  TcpFrame ResetToClient(uint32_t held) const;  // RST|ACK of rules 10 and 14

  // Steps of a connection, checked frame by frame.
  void Open();                                     // SYN and its SYN-ACK: isn_p is known
  void Validate(const std::string& payload = "");  // the ACK, and the SYN to the backend
  void Answer();                                   // the backend's SYN-ACK, ACK, window update
  void Splice() { Open(), Validate(), Answer(); }
  // A segment and what must come of it.
  void ClientSays(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "");
  void ServerSays(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload = "");
  // Both ends close, the client first; the last ACK included. No payload was sent before.
  void CloseBoth();
  // The flow's phase; nullopt: there is no flow.
  std::optional<Phase> phase() const;

  // What the SYN-ACK promises as long as nothing is learned (rule 16).
  Offer promise() const;
  // Rule 16: what the other end must read where an end wrote `window`.
  uint16_t WindowAtServer(uint16_t window) const;
  uint16_t WindowAtClient(uint16_t window) const;

  bool client_has_timestamps() const { return setup.client.timestamps.has_value(); }
  bool server_has_timestamps() const {
    return client_has_timestamps() && setup.server.timestamps.has_value();
  }
  // T of PROTOCOL.md.
  uint32_t timestamp_shift() const { return server_first_timestamp - tsval_p; }

  ProxyHarness& harness;
  DialogueSetup setup;
  Endpoint client, listener, backend;
  uint32_t isn_c, isn_s;
  uint32_t isn_p = 0;
  uint32_t tsval_p = 0;
  uint32_t client_timestamp;        // TSval that the client sends now
  uint32_t server_first_timestamp;  // of its SYN-ACK
  uint32_t server_timestamp;        // TSval that the server sends now
  // The client's MSS, less the room for timestamps until the backend is known to have them (rule
  // 16).
  uint16_t backend_syn_mss;

 private:
  unsigned promise_shift() const;
  TcpFrame Base(bool towards_server) const;
};

// Says which seed a failed dialogue had.
class DialogueTest : public ::testing::Test {
 protected:
  void TearDown() override;
};

}  // namespace synsplice::test
