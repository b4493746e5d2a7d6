// The harness's side of one node: its process over all its lives, and what it reports.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/clock.h"
#include "cluster/cluster.h"
#include "cluster/processes/child.h"
#include "cluster/processes/control.h"
#include "cluster/processes/replica.h"
#include "cluster/processes/sockets.h"

namespace tribunal::cluster {

struct NodeProcessOptions {
  NodeId node{};
  std::uint16_t nodes = 1;
  std::string program;
  std::string mode;  // its spelling
  std::uint64_t seed = 0;
  std::uint64_t run = 0;
  std::int64_t epoch_ns = 0;
  std::string directory;       // of its data
  std::string log;             // file for what it prints
  std::string spec_file;       // of the specification that it runs; "": none
  std::uint32_t elements = 0;  // with that: spec::Scale
  bool witness = true;
};

class NodeProcess {
 public:
  // Called while the io_context runs.
  struct Handlers {
    std::function<void(std::uint16_t port)> listening;
    std::function<void(const std::string& why)> refused;  // it does not start; ended() follows
    std::function<void(std::vector<wire::WitnessedEvent>&&)> witnessed;
    std::function<void(const Ending&)> ended;  // and nobody had asked it to
  };
  NodeProcess(asio::io_context& io, NodeProcessOptions options, Handlers handlers);
  ~NodeProcess();

  // Precondition of spawn: !alive(); of the rest: alive().
  Status spawn();
  void begin(const std::vector<std::uint16_t>& ports);  // once it listens
  void pause();
  void resume();
  void kill();  // SIGKILL; waits for the end, and reads what it had still said

  bool alive() const { return child_.has_value(); }
  bool paused() const { return paused_; }
  const sut::View& view() const { return view_; }

  // The machine that it runs on: kept over restarts.
  void set_clock(const NodeClock& clock);
  const NodeClock& clock() const { return clock_; }
  void set_disk(const DiskFaultState& disk);
  const DiskFaultState& disk() const { return disk_; }

  void promote();
  void change_member(NodeId node, bool add);
  void ask_contents();  // the answer is in contents() some time later
  const std::optional<std::vector<sut::Content>>& contents() const { return contents_; }

  void drain();  // reads what it has said until now

 private:
  template <class O>
  void order(O&& what);
  bool notice(const wire::Frame& frame);
  void take(wire::Listening& listening);
  void take(wire::Refused& refused);
  void take(wire::Viewed& viewed) { view_ = viewed.view; }
  void take(wire::Witnessed& witnessed);
  void take(wire::Holding& holding) { contents_ = std::move(holding.contents); }
  void watch();
  void over();

  struct Watch;
  asio::io_context& io_;
  NodeProcessOptions options_;
  Handlers handlers_;
  std::optional<Child> child_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Channel> control_;
  std::uint64_t incarnation_ = 0;
  bool paused_ = false;
  sut::View view_;
  NodeClock clock_;
  DiskFaultState disk_;
  std::optional<std::vector<sut::Content>> contents_;
};

}  // namespace tribunal::cluster
