// Children, their workspace, and the janitor.
#include "cluster/processes/child.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cluster/processes/workspace.h"

namespace tribunal::cluster {
namespace {

namespace fs = std::filesystem;

ChildOptions shell(const std::string& script) {
  return {"/bin/sh", {"-c", script}, "/dev/null", -1, false};
}
bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

TEST(Child, SaysHowItEnded) {
  auto seven = Child::spawn(shell("exit 7"));
  ASSERT_TRUE(seven);
  EXPECT_EQ(seven->wait().text(), "exited with code 7");
  auto killed = Child::spawn(shell("kill -9 $$"));
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->wait().text(), "killed by signal 9 (Killed)");
  EXPECT_EQ(killed->ended()->number, 9) << "it is asked again";
}

TEST(Child, StandsStillAfterSigstopAndGoesOnAfterSigcont) {
  auto child = Child::spawn(shell("sleep 100"));
  ASSERT_TRUE(child);
  child->signal(SIGSTOP);
  child->wait_stopped();
  std::ifstream in("/proc/" + std::to_string(child->pid()) + "/stat");
  std::string stat;
  std::getline(in, stat);
  EXPECT_NE(stat.find(") T "), std::string::npos) << stat;
  EXPECT_FALSE(child->ended());
  child->signal(SIGKILL);
  EXPECT_EQ(child->wait().number, SIGKILL);
}

TEST(Child, IsKilledAndReapedWithItsObject) {
  pid_t pid = 0;
  {
    auto child = Child::spawn(shell("sleep 100"));
    ASSERT_TRUE(child);
    pid = child->pid();
    EXPECT_TRUE(exists(pid));
  }
  EXPECT_FALSE(exists(pid)) << "it lives, or is a zombie";
}

// Whoever watches a pidfd makes it non-blocking; waiting must wait all the same.
TEST(Child, IsWaitedForAlsoWhenItsPidfdDoesNotBlock) {
  auto child = Child::spawn(shell("sleep 0.2; exit 3"));
  ASSERT_TRUE(child);
  ::fcntl(child->pidfd(), F_SETFL, O_NONBLOCK);
  EXPECT_EQ(child->wait().number, 3);
}

TEST(Child, ThatCannotBeStartedIsAnError) {
  const auto child = Child::spawn({"/no/such/program", {}, "/dev/null", -1, false});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().message, "starting /no/such/program: No such file or directory");
}

std::optional<Workspace> workspace(const std::string& base) {
  auto made = Workspace::make(base, TRIBUNAL_BINARY);
  EXPECT_TRUE(made) << made.error().message;
  if (!made) return std::nullopt;
  return std::optional<Workspace>(*std::move(made));
}

TEST(Workspace, IsRemovedWithAllThatIsInIt) {
  const std::string base = ::testing::TempDir();
  std::string path;
  {
    const auto space = workspace(base);
    path = space->path();
    ASSERT_TRUE(fs::is_directory(path));
    fs::create_directories(space->data(NodeId{1}));
    std::ofstream(space->data(NodeId{1}) + "/file") << "data";
    std::ofstream(space->log(NodeId{1})) << "log";
    EXPECT_EQ(space->data(NodeId{1}), path + "/n2");
    EXPECT_EQ(space->log(NodeId{1}), path + "/n2.log");
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(Workspace, StaysWhenItIsKept) {
  std::string path;
  {
    auto space = workspace(::testing::TempDir());
    path = space->path();
    space->keep();
  }
  EXPECT_TRUE(fs::is_directory(path));
  fs::remove_all(path);
}

TEST(Workspace, InADirectoryThatIsNotThereIsAnError) {
  const auto made = Workspace::make("/no/such/place", TRIBUNAL_BINARY);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("making the directory /no/such/place/tribunal-"),
            std::string::npos)
      << made.error().message;
}

TEST(Janitor, TouchesNoDirectoryThatIsNotOurs) {
  const std::string path = ::testing::TempDir() + "/precious";
  fs::create_directories(path);
  EXPECT_EQ(run_janitor(path), 64);
  EXPECT_TRUE(fs::is_directory(path));
  fs::remove_all(path);
}

}  // namespace
}  // namespace tribunal::cluster
