#include "programs/ctl/look/top_command.h"

// Its macros have the names of functions of the standard library.
#define NCURSES_NOMACROS
#include <ncurses.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <iostream>
#include <thread>

#include "programs/ctl/api_client.h"
#include "programs/ctl/look/top_model.h"

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// As often as the appliance looks at itself.
constexpr std::chrono::milliseconds kLookAgain{1000};
constexpr int kOrders = 3;

class Watcher {
 public:
  explicit Watcher(const std::string& socket) : socket_(socket) {}

  // One look; the trouble, if any.
  ApiAnswer Look(TopModel& model) {
    TopSample sample;
    for (const auto& [view, to] :
         {std::pair{"status", &sample.status}, std::pair{"services", &sample.services},
          std::pair{"drops", &sample.drops}, std::pair{"workers", &sample.workers}}) {
      ApiAnswer answer = AskApi(socket_, {std::string("/v1/") + view, {}});
      if (!answer.trouble.empty()) return answer;
      *to = nlohmann::ordered_json::parse(answer.body);
    }
    model.Add(std::move(sample));
    return {};
  }

 private:
  std::string socket_;
};

int RunLines(const TopOptions& options) {
  Watcher watcher(options.socket);
  TopModel model;
  for (unsigned looks = 0; options.count == 0 || looks < options.count; ++looks) {
    if (looks != 0) std::this_thread::sleep_for(kLookAgain);
    const ApiAnswer answer = watcher.Look(model);
    if (!answer.trouble.empty()) return SayTrouble(answer);
    if (!(std::cout << model.Line() << std::endl)) return 1;
  }
  return 0;
}

// The terminal as it was before, whatever happens.
class Terminal {
 public:
  Terminal() {
    std::setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    timeout(static_cast<int>(kLookAgain.count()));
  }
  ~Terminal() { endwin(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  static void Show(const std::vector<std::string>& lines) {
    erase();
    for (size_t i = 0; i < lines.size(); ++i) {
      mvaddstr(static_cast<int>(i), 0, lines[i].c_str());
    }
    refresh();
  }
};

// ERR: none was pressed. Without a keyboard nobody waits for one.
int KeyBefore(steady_clock::time_point moment) {
  const int key = getch();
  if (key == ERR) std::this_thread::sleep_until(moment);
  return key;
}

ApiAnswer RunScreen(const TopOptions& options) {
  const Terminal terminal;
  Watcher watcher(options.socket);
  TopModel model;
  bool paused = false;
  int order = 0;
  for (unsigned looks = 0; options.count == 0 || looks < options.count; ++looks) {
    const auto look = steady_clock::now() + kLookAgain;
    if (!paused) {
      ApiAnswer answer = watcher.Look(model);
      if (!answer.trouble.empty()) return answer;
    }
    Terminal::Show(model.Screen(static_cast<size_t>(COLS), static_cast<size_t>(LINES),
                                static_cast<TopOrder>(order)));
    switch (KeyBefore(look)) {
      case 'q':
        return {};
      case 'p':
        paused = !paused;
        break;
      case 's':
        order = (order + 1) % kOrders;
        break;
    }
  }
  return {};
}

}  // namespace

void AddTopOptions(CLI::App& command, TopOptions& options) {
  options.socket = kDefaultSocket;
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
  command.add_option("-n,--count", options.count, "end after so many looks, one a second");
}

int RunTop(const TopOptions& options) {
  if (::isatty(STDOUT_FILENO) == 0) return RunLines(options);
  const ApiAnswer answer = RunScreen(options);
  return answer.trouble.empty() ? 0 : SayTrouble(answer);
}

}  // namespace synsplice
