// Linux's uinput: a keyboard made of a file, which every program takes for a real one.
#include "keys.h"
#include "tealight/error.h"

#if defined(__linux__) && __has_include(<linux/uinput.h>)
#define TL_UINPUT 1
#include <fcntl.h>
#include <linux/uinput.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#endif

namespace tealight::cli {
#if TL_UINPUT
namespace {

constexpr const char* kDevice = "/dev/uinput";

class UinputSink : public KeySink {
 public:
  explicit UinputSink(const std::vector<Key>& keys)
      : descriptor_(open(kDevice, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) {
    if (descriptor_ < 0)
      throw Error(str("cannot open ", kDevice, ", which presses keys: ", std::strerror(errno)))
          .fix(
              "load it (sudo modprobe uinput) and let your user write to it, or write down what"
              " would be pressed: --sink record:FILE");
    try {
      make_keyboard(keys);
    } catch (...) {
      close(descriptor_);
      throw;
    }
  }
  ~UinputSink() override {
    ioctl(descriptor_, UI_DEV_DESTROY);
    close(descriptor_);
  }
  UinputSink(const UinputSink&) = delete;
  UinputSink& operator=(const UinputSink&) = delete;

  void press(const Key& key, std::chrono::duration<double>) override { send(key, 1); }
  void release(const Key& key, std::chrono::duration<double>) override { send(key, 0); }

 private:
  static void check(int result, const char* what) {
    TL_CHECK(result >= 0, kDevice, ": cannot ", what, ": ", std::strerror(errno));
  }

  void make_keyboard(const std::vector<Key>& keys) {
    using namespace std::chrono_literals;
    check(ioctl(descriptor_, UI_SET_EVBIT, EV_KEY), "send keys");
    for (const Key& key : keys) check(ioctl(descriptor_, UI_SET_KEYBIT, key.code), "have a key");
    uinput_setup setup{};
    setup.id.bustype = BUS_VIRTUAL;
    std::strncpy(setup.name, "Tealight keys", sizeof setup.name - 1);
    check(ioctl(descriptor_, UI_DEV_SETUP, &setup), "describe the keyboard");
    check(ioctl(descriptor_, UI_DEV_CREATE), "make the keyboard");
    std::this_thread::sleep_for(300ms);  // the desktop has to notice it, or it misses the first key
  }

  void send(const Key& key, int value) {
    input_event events[2] = {};
    events[0].type = EV_KEY;
    events[0].code = uint16_t(key.code);
    events[0].value = value;
    events[1].type = EV_SYN;
    events[1].code = SYN_REPORT;
    check(write(descriptor_, events, sizeof events) == ssize_t(sizeof events) ? 0 : -1,
          "press a key");
  }

  int descriptor_;
};

}  // namespace

std::unique_ptr<KeySink> uinput_sink(const std::vector<Key>& keys) {
  return std::make_unique<UinputSink>(keys);
}
#else
std::unique_ptr<KeySink> uinput_sink(const std::vector<Key>&) {
  throw Error("keys are pressed by Linux's uinput, which this system has not")
      .fix("write down what would be pressed: --sink record:FILE");
}
#endif

}  // namespace tealight::cli
