// A program that runs beside the test, and what processes and sockets it has.
#pragma once

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <signal.h>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

namespace tribunal::testing {

// Of all processes that descend from `root`, itself included; by the fourth field of /proc/N/stat.
inline std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> found = {root};
  std::vector<std::pair<pid_t, pid_t>> parents;  // child, parent
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "stat");
    std::string text;
    std::getline(in, text);
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) continue;  // it has gone meanwhile
    std::istringstream rest(text.substr(end + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    if (state != 'Z') parents.emplace_back(std::stoi(name), parent);
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [child, parent] : parents) {
      if (parent == found[i]) found.push_back(child);
    }
  }
  return found;
}

inline std::string command_line_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Exists and is not a zombie.
inline bool lives(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(in, text);
  const std::size_t end = text.rfind(')');
  return end != std::string::npos && text.size() > end + 2 && text[end + 2] != 'Z';
}

// The inodes of listening TCP sockets, of everybody.
inline std::set<std::string> listening_sockets() {
  std::set<std::string> inodes;
  std::ifstream in("/proc/net/tcp");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    if (state == "0A") inodes.insert(inode);
  }
  return inodes;
}

// Of those, the ones that a process holds.
inline std::set<std::string> listening_sockets_of(pid_t pid) {
  const std::set<std::string> all = listening_sockets();
  std::set<std::string> own;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (target.rfind("socket:[", 0) != 0) continue;
    const std::string inode = target.substr(8, target.size() - 9);
    if (all.count(inode) != 0) own.insert(inode);
  }
  return own;
}

inline std::vector<std::string> children_directories(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

// Free a moment ago.
inline std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* general = static_cast<sockaddr*>(static_cast<void*>(&address));
  ::bind(fd, general, sizeof address);
  socklen_t size = sizeof address;
  ::getsockname(fd, general, &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

// Killed with the object.
class Started {
 public:
  Started(const std::vector<std::string>& arguments, const std::string& output) {
    std::vector<std::string> words = {TRIBUNAL_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execv(argv.front(), argv.data());
    ::_exit(127);
  }
  ~Started() {
    if (!ended_) kill();
  }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

  pid_t pid() const { return pid_; }
  bool running() { return !poll(); }
  void kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
    ended_ = true;
  }
  // The exit code; -1: still running, or killed.
  int wait(std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    while (!poll()) {
      if (std::chrono::steady_clock::now() > until) return -1;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  }
  // The processes of its nodes, in order, once there are so many.
  std::vector<pid_t> wait_for_nodes(std::size_t count) {
    for (int attempt = 0; attempt < 1000 && running(); ++attempt) {
      std::vector<pid_t> nodes;
      for (const pid_t pid : descendants(pid_)) {
        const std::string line = command_line_of(pid);
        if (line.find(std::string("\0node\0", 6)) != std::string::npos) nodes.push_back(pid);
      }
      if (nodes.size() == count) return nodes;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
  }

 private:
  bool poll() {
    if (!ended_) ended_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
  }

  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace tribunal::testing
