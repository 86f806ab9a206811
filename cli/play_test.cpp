// Keys pressed by what a camera shows: a folder of frames, and a file for a keyboard.
#include <unistd.h>

#include "command.h"
#include "key_player.h"
#include "testing.h"

namespace tealight::cli {
namespace {
namespace fs = std::filesystem;

struct Paper : KeySink {
  std::string text;
  void press(const Key& k, std::chrono::duration<double>) override { text += "+" + k.name + " "; }
  void release(const Key& k, std::chrono::duration<double>) override { text += "-" + k.name + " "; }
};

const std::map<std::string, Key> kUpAndDown{{"up", key_of("Up")}, {"down", key_of("Down")}};

// A letter a frame, ten frames a second: u up, d down, n none, U an up that is not sure.
std::string pressed(const std::string& frames, double hold, int least = 1) {
  Paper paper;
  KeyPlayer player({kUpAndDown, 0.8, std::chrono::duration<double>(hold), least}, paper);
  double time = 0;
  for (const char c : frames) {
    const std::string label = c == 'd' ? "down" : c == 'n' ? "none" : "up";
    player.see(label, c == 'U' ? 0.79 : 0.9, std::chrono::duration<double>(time));
    time += 0.1;
  }
  return paper.text;
}

TEST(KeyPlayer, PressesWhatLastsAndReleasesWhatIsGone) {
  EXPECT_EQ(pressed("uuu", 0.2), "+Up ");
  EXPECT_EQ(pressed("uu", 0.2), "");
  EXPECT_EQ(pressed("uuunnn", 0.2), "+Up -Up ");
  EXPECT_EQ(pressed("uuuddd", 0.2), "+Up -Up +Down ");
  EXPECT_EQ(pressed("uuuUUU", 0.2), "+Up -Up ");  // below the threshold
  EXPECT_EQ(pressed("u", 0), "+Up ");
}

TEST(KeyPlayer, OneFrameChangesNothing) {
  EXPECT_EQ(pressed("uuuuduuunuuuUuu", 0.2), "+Up ");
  EXPECT_EQ(pressed("nudnudnudnud", 0.2), "");
  EXPECT_EQ(pressed("uunuunuun", 0.2), "");
}

TEST(KeyPlayer, CountsFramesWhereAsked) {
  EXPECT_EQ(pressed("uu", 0, 3), "");
  EXPECT_EQ(pressed("uuu", 0, 3), "+Up ");
  EXPECT_EQ(pressed("uuudduu", 0, 3), "+Up ");
}

TEST(Keys, AreKnownByName) {
  EXPECT_EQ(key_of("up").code, 103);
  EXPECT_EQ(key_of("SPACE").name, "Space");
  EXPECT_EQ(key_of("a").code, 30);
  EXPECT_EQ(key_of("F12").code, 88);
  try {
    key_of("Upp");
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_HAS(std::string(e.what()), "there is no key 'Upp'");
    EXPECT_HAS(std::string(e.what()), "PageUp");
  }
}

// Frames by name: "7773" is three pictures of a seven and one of a three.
std::string film(const std::string& folder, const std::string& digits) {
  fs::create_directories(folder);
  for (size_t i = 0; i < digits.size(); ++i)
    fs::copy_file(kDemo + digits[i] + ".png", folder + "/" + std::to_string(1000 + i) + ".png");
  return folder;
}

TEST(Play, PressesKeysByWhatTheCameraShows) {
  const std::string out = scratch_folder(), frames = film(out + "frames", "7777773777777333333");
  const std::string digits = kDemo + "digits.ptl";
  const Printed p = tealight({"play", digits, "--size", "32", "--key", "seven=Up", "--key",
                              "three=Down", "--from", frames, "--fps", "10", "--hold", "300ms",
                              "--sink", "record:" + out + "keys.txt", "--json"});
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(text_of(out + "keys.txt"),
            "0.300 press Up\n1.600 release Up\n1.600 press Down\n1.800 release Down\n");
  EXPECT_EQ(p.json()["frames"], 19);
  EXPECT_EQ(p.json()["presses"], 2);

  const auto wrong = [&](std::vector<std::string> more, const std::string& says) {
    std::vector<std::string> args{"play", digits, "--size", "32", "--from", frames};
    args.insert(args.end(), more.begin(), more.end());
    const Printed w = tealight(args);
    EXPECT_EQ(w.status, 2);
    EXPECT_HAS(w.err, says);
  };
  wrong({}, "--key is required");
  wrong({"--key", "eleven=Up"}, "the model has no class 'eleven'");
  wrong({"--key", "eleven=Up"}, "its classes: zero, one, two");
  wrong({"--key", "seven"}, "as --key up=Up");
  wrong({"--key", "seven=Hyper"}, "there is no key 'Hyper'");
  wrong({"--key", "seven=Up", "--sink", "mouse"}, "--sink uinput or --sink record:FILE");
  wrong({"--key", "seven=Up", "--hold", "long"}, "'long' is no time");
  if (access("/dev/uinput", W_OK) != 0) {
    EXPECT_HAS(tealight({"play", digits, "--key", "seven=Up", "--from", frames}).err,
               "--sink record:FILE");
  }
}

}  // namespace
}  // namespace tealight::cli
