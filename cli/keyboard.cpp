#include "keyboard.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace tealight::cli {
namespace {

constexpr char kCtrlC = 3;

class TerminalKeyboard : public Keyboard {
 public:
  TerminalKeyboard() {
    tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG);  // a signal would leave the terminal like this
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  ~TerminalKeyboard() override { tcsetattr(STDIN_FILENO, TCSANOW, &before_); }

  std::optional<char> key(std::chrono::milliseconds wait) override {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, int(wait.count())) <= 0) return std::nullopt;
    char c = 0;
    if (read(STDIN_FILENO, &c, 1) != 1 || c == kCtrlC) return 'q';
    return c;
  }

 private:
  termios before_{};
};

}  // namespace

std::unique_ptr<Keyboard> terminal_keyboard() {
  if (!isatty(STDIN_FILENO)) return nullptr;
  return std::make_unique<TerminalKeyboard>();
}

}  // namespace tealight::cli
