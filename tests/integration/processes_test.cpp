// Runs on real processes, as a user starts them: verdicts, refusals, broken clusters, hostile
// bytes.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "tests/integration/process_tree.h"
#include "tests/integration/program.h"

namespace tribunal::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::string in(const Scratch& dir) {
  return "--data " + dir.path() + " --store " + (dir / "store");
}

TEST(Processes, ASafeStoreKeepsItsPromiseAndEveryProofIsVerified) {
  const Scratch dir;
  const Printed run =
      tribunal("run --mode raft --cluster processes --time 2s --recovery 1s --json " + in(dir));
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["run"]["cluster"], "processes");
  EXPECT_GT(json["counts"]["ok"], 50);
  EXPECT_EQ(json["models"]["protocol"], true);
  EXPECT_EQ(tribunal("verify " + (dir / "store/latest")).code, 0);
  for (int n = 1; n <= 5; ++n) {
    const std::string log = slurp(dir / ("store/latest/nodes/n" + std::to_string(n) + ".log"));
    EXPECT_NE(log.find("listens on port"), std::string::npos) << log;
  }
  EXPECT_FALSE(fs::exists(dir / "store/latest/nodes/n1")) << "data of a run that went well is kept";
  EXPECT_EQ(children_directories(dir.path()), std::vector<std::string>{"store"});
}

// All nodes lose what they had not synced, again and again.
constexpr const char* crash_all = R"(
name = "crash-all"
workload = "set"
cluster = "processes"
nodes = 3
concurrency = 5
time = "4s"
recovery = "1s"
[[fault]]
kind = "crash-loop"
targets = "all"
period = "1500ms"
start = "1s"
end = "4s"
)";

TEST(Processes, AStoreWithoutFsyncLosesWhatItAcknowledgedAndOneWithItDoesNot) {
  const Scratch dir;
  const std::string quick = ",election-timeout=200ms,heartbeat=30ms";
  spit(dir / "unsafe.toml", "mode = \"raft:fsync=never" + quick + "\"" + crash_all);
  spit(dir / "safe.toml", "mode = \"raft:fsync=always" + quick + "\"" + crash_all);
  const Printed unsafe =
      tribunal("run " + (dir / "unsafe.toml") + " --expect set --json " + in(dir));
  EXPECT_EQ(unsafe.code, 1) << unsafe.out << unsafe.err;
  EXPECT_GT(nlohmann::json::parse(unsafe.out)["lost_acknowledged"], 0);
  EXPECT_TRUE(fs::exists(dir / "store/latest/nodes/n1")) << "the data of a violation are not kept";
  const Printed safe = tribunal("run " + (dir / "safe.toml") + " --json " + in(dir));
  EXPECT_EQ(safe.code, 0) << safe.out << safe.err;
}

TEST(Processes, AFaultThatTheClusterCannotDoIsRefusedBeforeAnythingRuns) {
  const Scratch dir;
  const Printed printed = tribunal("run --mode raft --nemesis half-open --time 60s " + in(dir));
  EXPECT_EQ(printed.code, 64);
  EXPECT_NE(printed.err.find("the simulated cluster cannot do that; it can: partition"),
            std::string::npos)
      << printed.err;
  const Printed members = tribunal(
      "run --mode leaderless --nemesis membership --cluster processes --time 60s " + in(dir));
  EXPECT_EQ(members.code, 64);
  EXPECT_NE(members.err.find("it can: partition"), std::string::npos) << members.err;
  EXPECT_FALSE(fs::exists(dir / "store"));
}

TEST(Processes, ANodeThatDiesUnexpectedlyFailsTheRunWithItsLastWords) {
  const Scratch dir;
  Started run({"run", "--mode", "raft", "--cluster", "processes", "--time", "20s", "--data",
               dir.path(), "--store", dir / "store"},
              dir / "out");
  const auto nodes = run.wait_for_nodes(5);
  ASSERT_EQ(nodes.size(), 5u) << slurp(dir / "out");
  std::this_thread::sleep_for(500ms);
  ::kill(nodes[2], SIGKILL);
  EXPECT_EQ(run.wait(10s), 3) << slurp(dir / "out");
  const std::string out = slurp(dir / "out");
  EXPECT_NE(out.find("ended and nobody had killed it: killed by signal 9"), std::string::npos)
      << out;
  EXPECT_NE(out.find("listens on port"), std::string::npos)
      << "its last words are missing: " << out;
  const auto json = nlohmann::json::parse(slurp(dir / "store/latest/results.json"));
  EXPECT_NE(json["failure"].get<std::string>().find("nobody had killed it"), std::string::npos);
  EXPECT_GT(json["counts"]["total"], 10) << "what was recorded is lost";
}

TEST(Processes, AReplayIsRefusedWithWhatCanBeDoneInstead) {
  const Scratch dir;
  ASSERT_EQ(tribunal("run --mode raft --cluster processes --time 1s --recovery 0s " + in(dir)).code,
            0);
  const Printed printed = tribunal("replay " + (dir / "store/latest"));
  EXPECT_EQ(printed.code, 64);
  EXPECT_NE(printed.err.find("recorded from real processes"), std::string::npos) << printed.err;
}

// ---- a node by hand ----
int dial(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (::connect(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) == 0)
      return fd;
    std::this_thread::sleep_for(10ms);
  }
  ::close(fd);
  return -1;
}

TEST(Processes, ANodeSurvivesBytesThatAreNoFramesAndSaysWhyItClosesTheConnection) {
  const Scratch dir;
  const std::uint16_t port = free_port();
  Started node({"node", "--mode", "raft", "--id", "1", "--ports", std::to_string(port),
                "--directory", dir / "n1"},
               dir / "out");
  const std::vector<std::string> hostile = {std::string(64, '\xff'), "GET / HTTP/1.1\r\n\r\n",
                                            std::string("\x00\x00\x00\x00", 4) + "garbage......",
                                            std::string(100'000, 'x')};
  for (const std::string& bytes : hostile) {
    const int fd = dial(port);
    ASSERT_GE(fd, 0) << slurp(dir / "out");
    ASSERT_GT(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
    char byte = 0;
    EXPECT_LE(::recv(fd, &byte, 1, 0), 0) << "the connection is still open";
    ::close(fd);
  }
  EXPECT_TRUE(node.running());
  const std::string log = slurp(dir / "out");
  EXPECT_NE(log.find("closing the connection from a stranger"), std::string::npos) << log;
}

TEST(Processes, ANodeRefusesACorruptLogWithOneLineThatSaysWhere) {
  const Scratch dir;
  const std::uint16_t port = free_port();
  const std::vector<std::string> arguments = {"node",
                                              "--mode",
                                              "raft:election-timeout=50ms,heartbeat=10ms",
                                              "--id",
                                              "1",
                                              "--ports",
                                              std::to_string(port),
                                              "--directory",
                                              dir / "n1"};
  {
    Started node(arguments, dir / "out");
    const int fd = dial(port);
    ::close(fd);
    std::this_thread::sleep_for(500ms);  // it elects itself, which makes two records at least
  }
  std::string log = slurp(dir / "n1/1.log");
  ASSERT_GT(log.size(), 60u);
  log[40] = static_cast<char>(log[40] ^ 1);
  spit(dir / "n1/1.log", log);
  Started node(arguments, dir / "again");
  EXPECT_EQ(node.wait(5s), 3);
  const std::string out = slurp(dir / "again");
  EXPECT_NE(out.find("n1 does not start"), std::string::npos) << out;
  EXPECT_NE(out.find("1.log"), std::string::npos) << out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << out;
}

}  // namespace
}  // namespace tribunal::testing
