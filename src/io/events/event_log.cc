#include "io/events/event_log.h"

#include <utility>

#include "admin/events/event_text.h"
#include "io/events/event_socket.h"

namespace synsplice {
namespace {

constexpr const char* kJournal = "/run/systemd/journal/socket";

}  // namespace

EventLog::EventLog(const EventsConfig& config) {
  EventWriter::Outputs outputs = Open(config);
  said_.resize(outputs.size());
  if (!outputs.empty()) writer_.emplace(std::move(outputs));
}

EventWriter::Outputs EventLog::Open(const EventsConfig& config) {
  EventWriter::Outputs outputs;
  if (!config.file.empty()) {
    auto file = std::make_unique<EventFile>(config.file);
    file_ = file.get();
    outputs.push_back(std::move(file));
  }
  const auto open_socket = [&](const char* name, const std::string& path, auto format) {
    outputs.push_back(std::make_unique<EventSocket>(name, path, format));
  };
  if (config.journal) open_socket("events.journal", kJournal, JournalEntry);
  if (!config.socket.empty()) open_socket("events.socket", config.socket, EventLine);
  return outputs;
}

void EventLog::Look(const Snapshot& snapshot) {
  for (const JsonValue& event : maker_.Look(snapshot)) Add(event);
}

void EventLog::Add(const JsonValue& event) {
  book_.Add(event);
  if (writer_) writer_->Add(event);
}

std::string EventLog::Reopen() {
  if (!file_) return {};
  std::string why = file_->Reopen();
  writer_->Wake();
  return why;
}

uint64_t EventLog::lost() const {
  uint64_t lost = 0;
  if (!writer_) return lost;
  for (const auto& output : writer_->outputs()) lost += output->lost();
  return lost;
}

std::vector<std::string> EventLog::NewlyLossy() {
  std::vector<std::string> sentences;
  for (size_t i = 0; i < said_.size(); ++i) {
    const EventOutput& output = *writer_->outputs()[i];
    if (said_[i] || output.lost() == 0) continue;
    said_[i] = true;
    sentences.push_back(output.WhyLost());
  }
  return sentences;
}

}  // namespace synsplice
