// The process cluster as a class; processes.h is what others see of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/choices.h"
#include "cluster/processes/node_process.h"
#include "cluster/processes/process_clients.h"
#include "cluster/processes/processes.h"
#include "cluster/processes/proxy.h"
#include "cluster/processes/true_time.h"
#include "cluster/processes/witness_order.h"
#include "cluster/processes/workspace.h"

namespace tribunal::cluster {

class Processes final : public ProcessCluster {
 public:
  Processes(const Settings& mode, const ProcessOptions& options, Workspace workspace);
  ~Processes() override;
  // Precondition of everything else: it succeeded.
  Status start();

  // ---- Cluster ----
  std::uint16_t node_count() const override { return options_.nodes; }
  Time now() const override { return time_.now(); }
  const char* world() const override { return "processes"; }
  std::uint64_t invoke(ClientId client, NodeId contact, const sut::Command& command,
                       Duration timeout) override;
  std::optional<Completion> run_until(Time deadline) override;
  Status health() const override;
  const std::set<Primitive>& capabilities() const override;
  Status apply(const Action& action) override;
  NodeState state(NodeId node) const override;
  std::vector<sut::Content> contents(NodeId node) const override;
  const std::vector<sut::ProtocolViolation>& violations() const override {
    return order_.checks().violations();
  }
  const std::vector<Election>& elections() const override { return order_.elections(); }
  Statistics statistics() const override;
  std::uint64_t trace_hash() const override { return 0; }
  const std::string& trace() const override { return no_trace_; }
  std::string log(NodeId node) const override;

  // ---- ProcessCluster ----
  const std::string& directory() const override { return workspace_.path(); }
  void stop() override;
  void keep() override { workspace_.keep(); }

 private:
  // process_cluster.cpp: the life of the whole
  ProcessClientsOptions client_options();
  std::optional<std::uint16_t> client_port(ClientId client, NodeId node);
  Status write_specification() const;
  void run_some(Time until) const;
  void settle() const;
  void fail_because(std::string why);

  // process_nodes.cpp: the lives of nodes
  Status make_node(NodeId id);
  void listening(NodeId id, std::uint16_t port);
  std::vector<std::uint16_t> ports_for(NodeId from) const;
  void not_listening(NodeId id);
  void refused(NodeId id, const std::string& why);
  void ended(NodeId id, const Ending& ending);
  void kill(NodeId id);

  // process_actions.cpp: what the nemesis does
  Status check_state(const Action& action) const;
  Status perform(const Action& action);
  Status on_process(const Action& action, NodeProcess& process);
  Status on_disk(const Action& action, NodeProcess& process);
  void on_clock(const Action& action, NodeProcess& process);
  std::uint64_t drawn(Site site, NodeId node) const;

  ProcessOptions options_;
  Settings mode_;
  TrueTime time_;
  std::uint64_t run_;  // names this run, so that no process of another one is taken for ours
  Workspace workspace_;
  // Asking a node for its contents is const to the caller, and yet takes messages to and fro.
  std::unique_ptr<asio::io_context> io_;
  std::unique_ptr<Proxy> proxy_;
  mutable ProcessClients clients_;
  mutable WitnessOrder order_;
  std::vector<std::unique_ptr<NodeProcess>> nodes_;
  std::vector<std::uint16_t> ports_;  // by node: of the process itself; 0: dead
  std::vector<bool> corrupted_;       // by node: the nemesis damaged its log
  std::size_t waiting_ = 0;           // nodes that do not listen yet, at the start
  mutable Time settle_at_{};
  std::string failure_;
  std::string no_trace_;
};

}  // namespace tribunal::cluster
