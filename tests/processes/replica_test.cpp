// The host of a replica, without sockets: what it says waits for the disk, and its clock is bent.
#include "cluster/processes/replica.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sut/modes.h"

namespace tribunal::cluster {
namespace {

class Recorder final : public Surroundings {
 public:
  void send(NodeId, std::uint8_t, wire::ByteView) override { ++sent; }
  void respond(const sut::RequestId& id, const sut::Reply& reply) override {
    if (reply.status == sut::Status::ok) answered.push_back(id.sequence);
  }
  void witness(Time, const sut::Witness&) override { ++witnessed; }
  void note(Time, std::string_view line) override { log += std::string(line) + "\n"; }

  std::uint64_t sent = 0;
  std::uint64_t witnessed = 0;
  std::vector<std::uint64_t> answered;
  std::string log;
};

// A cluster of one, which leads as soon as its vote for itself is on its disk.
class OneNode {
 public:
  explicit OneNode(std::string mode = "raft:election-timeout=100ms,heartbeat=20ms")
      : mode_(std::move(mode)) {
    std::string pattern = ::testing::TempDir() + "/replica-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    boot();
  }
  ~OneNode() { std::filesystem::remove_all(directory_); }

  void boot() {
    replica.reset();
    FileLog::Recovered recovered;
    auto log = FileLog::open(directory_, {}, recovered);
    ASSERT_TRUE(log) << log.error().message;
    records = recovered.records.size();
    const auto mode = parse_settings("mode", mode_, sut::modes());
    replica = make_replica(*mode, {NodeId{0}, 1, 1, lives_++}, *std::move(log), out);
    ASSERT_TRUE(replica->start(now, std::move(recovered.records)));
  }
  // As the server does: what is due, then the disk.
  void run_until(Time end) {
    while (now < end) {
      const auto due = replica->next_due(now);
      now = due && *due < end ? std::max(*due, now + nanoseconds(1)) : end;
      replica->tick(now);
      ASSERT_TRUE(replica->sync(now));
    }
  }
  void lead() {
    run_until(now + seconds(3));
    ASSERT_EQ(replica->view().role, sut::Role::leader) << out.log;
  }
  void write() {
    sut::Request request;
    request.id = {ClientId{1}, ++sequence_};
    request.command = {sut::CommandKind::write, 1, 40 + static_cast<std::int64_t>(sequence_), 0};
    replica->request(now, std::move(request));
  }

  Recorder out;
  std::unique_ptr<Replica> replica;
  Time now{};
  std::size_t records = 0;  // recovered

 private:
  std::string mode_;
  std::string directory_;
  std::uint64_t lives_ = 0;
  std::uint64_t sequence_ = 0;
};

using Sequences = std::vector<std::uint64_t>;

TEST(Replica, AnswersAWriteOnceItIsOnTheDisk) {
  OneNode one;
  one.lead();
  one.write();
  EXPECT_EQ(one.out.answered, Sequences{}) << "answered before the sync";
  ASSERT_TRUE(one.replica->sync(one.now));
  EXPECT_EQ(one.out.answered, Sequences{1});
}

TEST(Replica, RemembersAfterARestartWhatItAnswered) {
  OneNode one;
  one.lead();
  one.write();
  ASSERT_TRUE(one.replica->sync(one.now));
  one.write();  // not synced: it dies with the process
  one.boot();
  EXPECT_GT(one.records, 0u);
  one.lead();
  ASSERT_EQ(one.replica->contents().size(), 1u);
  EXPECT_EQ(one.replica->contents()[0].values, std::vector<std::int64_t>{41});
}

TEST(Replica, WaitsForASlowDiskAndGoesOnMeanwhile) {
  OneNode one;
  one.lead();
  one.replica->set_disk({seconds(1), false, false, false});
  const Time asked = one.now;
  one.write();
  ASSERT_TRUE(one.replica->sync(one.now));
  one.run_until(asked + milliseconds(900));
  EXPECT_EQ(one.out.answered, Sequences{});
  EXPECT_EQ(one.replica->view().role, sut::Role::leader);
  one.run_until(asked + milliseconds(1'100));
  EXPECT_EQ(one.out.answered, Sequences{1});
}

TEST(Replica, NeverAnswersWhatAFailedSyncLost) {
  for (const DiskFaultState& fault :
       {DiskFaultState{{}, false, true, false}, DiskFaultState{{}, true, false, false}}) {
    OneNode one;
    one.lead();
    one.replica->set_disk(fault);
    one.write();
    one.run_until(one.now + seconds(2));
    EXPECT_EQ(one.out.answered, Sequences{});
    EXPECT_EQ(one.out.log.find("a sync failed") != std::string::npos, fault.error);
    one.replica->set_disk({});
    one.lead();
    one.write();
    ASSERT_TRUE(one.replica->sync(one.now));
    EXPECT_EQ(one.out.answered, Sequences{2}) << "it does not recover";
  }
}

// This mode hands its answer out with the write, and the host holds it back.
TEST(Replica, HoldsAnAnswerUntilItsWriteIsOnTheDiskAndDropsItWhenThatFails) {
  OneNode one("multi-leader:fsync=always");
  ASSERT_TRUE(one.replica->sync(one.now));
  one.write();
  EXPECT_EQ(one.out.answered, Sequences{});
  ASSERT_TRUE(one.replica->sync(one.now));
  EXPECT_EQ(one.out.answered, Sequences{1});
  one.replica->set_disk({{}, false, true, false});
  one.write();
  ASSERT_TRUE(one.replica->sync(one.now));
  one.replica->set_disk({});
  one.run_until(one.now + seconds(3));
  EXPECT_EQ(one.out.answered, Sequences{1}) << "what was lost was answered";
}

TEST(Replica, BelievesADiskThatLies) {
  OneNode one;
  one.lead();
  one.replica->set_disk({{}, false, false, true});
  one.write();
  ASSERT_TRUE(one.replica->sync(one.now));
  EXPECT_EQ(one.out.answered, Sequences{1});
  one.boot();
  one.lead();
  EXPECT_TRUE(one.replica->contents().empty()) << "the disk had kept it";
}

TEST(Replica, MeasuresItsTimersOnItsOwnClock) {
  OneNode one;
  const Time due = *one.replica->next_due(one.now);
  NodeClock twice;
  twice.set_rate(1'000'000, one.now);
  one.replica->set_clock(twice);
  EXPECT_NEAR(static_cast<double>(one.replica->next_due(one.now)->count()),
              static_cast<double>(due.count()) / 2, 2.0);
}

TEST(Replica, IsNotTouchedByMessagesThatMakeNoSense) {
  OneNode one;
  one.lead();
  const wire::Bytes nonsense(100, std::byte{0xff});
  const auto before = one.out.witnessed;
  EXPECT_FALSE(one.replica->receive(one.now, NodeId{0}, nonsense));
  EXPECT_EQ(one.out.witnessed, before);
  EXPECT_EQ(one.replica->view().role, sut::Role::leader);
}

}  // namespace
}  // namespace tribunal::cluster
