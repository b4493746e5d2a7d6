// Any sequence of what may happen to a log, against two lists of texts.
#include <optional>
#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "cluster/processes/file_log.h"
#include "tests/processes/log_fixture.h"

namespace tribunal::cluster {
namespace {

// What a log is, without files.
struct Model {
  Texts durable;
  Texts pending;
  bool replaces = false;  // pending begins with a checkpoint
  FileLogFaults faults;

  bool append(const std::string& text, bool checkpoint) {
    if (faults.full) return false;
    if (checkpoint) {
      pending.clear();
      replaces = true;
    }
    pending.push_back(text);
    return true;
  }
  bool sync() {
    if (!faults.error) {
      if (faults.lie) return true;
      if (replaces) durable.clear();
      durable.insert(durable.end(), pending.begin(), pending.end());
    }
    lose_memory();
    return !faults.error;
  }
  void lose_memory() {
    pending.clear();
    replaces = false;
  }
};

class LogUnderTest {
 public:
  LogUnderTest() { start(); }

  void step(std::uint8_t what, std::uint8_t size) {
    switch (what) {
      case 0:
        return crash(size);
      case 1:
        return flip(log().faults.full, model_.faults.full);
      case 2:
        return flip(log().faults.error, model_.faults.error);
      case 3:
        return flip(log().faults.lie, model_.faults.lie);
      case 4:
        return append(size, true);
      case 5:
      case 6:
      case 7:
        RC_ASSERT(log().sync().ok() == model_.sync());
        break;
      default:
        append(size, false);
    }
    RC_ASSERT(log().dirty() == !model_.pending.empty());
  }
  void crash(std::uint8_t kept) {
    opened_.reset();
    RC_ASSERT(tear_unsynced(directory_.path(), kept * 4'000u).value() == 0u);
    RC_ASSERT(log_is_empty(directory_.path()) == model_.durable.empty());
    model_.lose_memory();
    model_.faults = {};
    start();
  }

 private:
  FileLog& log() { return opened_->log(); }
  void flip(bool& fault, bool& in_model) {
    fault = !fault;
    in_model = fault;
  }
  void append(std::uint8_t size, bool checkpoint) {
    const std::string text = std::to_string(count_++) + std::string(size, '.');
    RC_ASSERT(log().append(bytes_of(text), checkpoint) == model_.append(text, checkpoint));
  }
  void start() {
    opened_.emplace(directory_.path());
    RC_ASSERT(opened_->ok());
    RC_ASSERT(opened_->texts() == model_.durable);
    RC_ASSERT(opened_->recovered.cut_bytes == 0u);
  }

  const TemporaryDirectory directory_;
  Model model_;
  std::optional<Opened> opened_;
  std::uint64_t count_ = 0;
};

TEST(FileLogProperties, IsTwoListsWhateverHappens) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& steps) {
    LogUnderTest log;
    for (const auto& [what, size] : steps) log.step(what % 12, size);
    log.crash(0);
  }));
}

TEST(FileLogProperties, BytesOfAnyKindAreRefusedOrCutAndNeverMadeUp) {
  EXPECT_TRUE(rc::check([](const Texts& texts, const std::vector<std::uint8_t>& junk) {
    const TemporaryDirectory directory;
    {
      Opened opened(directory.path());
      RC_ASSERT(store(opened.log(), texts).ok());
    }
    std::string bytes = read_file(directory / "1.log");
    bytes.append(junk.begin(), junk.end());
    write_file(directory / "1.log", bytes);
    const Opened opened(directory.path());
    RC_ASSERT(opened.texts() == texts);
  }));
}

}  // namespace
}  // namespace tribunal::cluster
