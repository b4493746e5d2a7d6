// Transactions of a specification, on many independent instances of its data: a few at a time, and
// new ones again and again, so that one run tries many small histories.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/choices.h"
#include "checker/confluence/invariants_held.h"
#include "checker/confluence/recorded.h"
#include "spec/arguments.h"
#include "workloads/generators/node.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::Value;

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t instances = 0;
  std::uint64_t per_instance = 0;
  std::uint64_t inspections = 0;
  spec::Program program;
  std::vector<std::int64_t> integers;  // that arguments are drawn from
};

// Small numbers, and those around which the specification decides.
std::vector<std::int64_t> telling_integers(const spec::Spec& spec) {
  std::set<std::int64_t> found{-1, 0, 1, 2, 3};
  const auto around = [&](std::int64_t value) {
    if (value <= spec::least_argument || value >= spec::greatest_argument) return;
    found.insert({value - 1, value, value + 1});
  };
  for (const spec::Constant& constant : spec.constants) around(constant.value);
  for (const spec::Variable& variable : spec.variables) {
    if (variable.initial_given && variable.type.base == spec::Type::Base::integer) {
      around(variable.initial);
    }
  }
  for (const spec::Expr& expr : spec.exprs) {
    const bool literal = expr.op == spec::Operator::literal;
    if (literal && expr.type.base == spec::Type::Base::integer) around(expr.value);
  }
  return {found.begin(), found.end()};
}

// Small elements come up more often: of a sort that is minted from, they are there first.
std::int64_t drawn_argument(const Plan& plan, spec::Type type, std::uint64_t draw_of) {
  const auto pick = [&](std::uint64_t bound) {
    return draw(plan.seed, 0, "spec-argument"_site, draw_of, bound);
  };
  if (spec::is_finite(type)) {
    const std::uint32_t size = plan.program.layout().size_of(type);
    const std::uint64_t other = draw(plan.seed, 0, "spec-element"_site, draw_of, size);
    return static_cast<std::int64_t>(std::min(pick(size), other));
  }
  if (type.base == spec::Type::Base::boolean) return static_cast<std::int64_t>(pick(2));
  return plan.integers[pick(plan.integers.size())];
}

Template operation(const Plan& plan, std::uint64_t ordinal) {
  const std::uint64_t block = ordinal / (plan.instances * plan.per_instance);
  const std::uint64_t instance = draw(plan.seed, 0, "spec-instance"_site, ordinal, plan.instances);
  const Value key = Value::integer(static_cast<std::int64_t>(block * plan.instances + instance));
  const bool inspects = draw(plan.seed, 0, "spec-inspect"_site, ordinal, 100) < plan.inspections;
  if (inspects) {
    return {checker::confluence::inspect_name, Value::keyword("brief"), key, true};
  }
  const auto& transactions = plan.program.spec().transactions;
  const std::uint64_t which =
      draw(plan.seed, 0, "spec-transaction"_site, ordinal, transactions.size());
  std::vector<Value> arguments;
  for (const std::size_t place : spec::chosen_parameters(transactions[which])) {
    const std::uint64_t draw_of = ordinal * spec::most_arguments + arguments.size();
    arguments.push_back(
        Value::integer(drawn_argument(plan, transactions[which].parameters[place].type, draw_of)));
  }
  return {transactions[which].name, Value::vector(std::move(arguments)), key, true};
}

// Everything under every key that was touched, at every node.
class Visits final : public Node {
 public:
  struct Tour {
    std::vector<Value> keys;
    std::uint16_t nodes = 1;
  };
  using Shared = std::shared_ptr<const Tour>;
  Visits(Shared tour, std::size_t next) : tour_(std::move(tour)), next_(next) {}

  Step op(const View& view) const override {
    if (next_ == tour_->keys.size() * tour_->nodes) return Exhausted{};
    if (view.free.empty()) return Pending{std::make_shared<Visits>(tour_, next_)};
    const Template what{
        checker::confluence::inspect_name, {}, tour_->keys[next_ / tour_->nodes], true};
    Emitted emitted = emit(view, what, next_, std::make_shared<Visits>(tour_, next_ + 1));
    emitted.op.node = NodeId{static_cast<std::uint16_t>(next_ % tour_->nodes)};
    return emitted;
  }

 private:
  Shared tour_;
  std::size_t next_;
};

}  // namespace

Generator inspect_everywhere(const history::History& history, std::uint16_t nodes) {
  std::set<Value> keys;
  std::set<std::uint64_t> seen;
  for (const history::Operation& operation : history.operations()) {
    if (operation.has_key && seen.insert(operation.key.bits()).second) {
      keys.insert(history.value(operation.key));
    }
  }
  auto tour = std::make_shared<const Visits::Tour>(Visits::Tour{{keys.begin(), keys.end()}, nodes});
  return time_limit(seconds(60), clients(std::make_shared<Visits>(std::move(tour), 0)));
}

Status check_program(const spec::Program& program) {
  if (!program) return fail("spec: expected a specification: spec:file=FILE.icf");
  if (program.transaction(checker::confluence::inspect_name)) {
    return fail(std::string("spec: no op can be called '") + checker::confluence::inspect_name +
                "', which is what looking at a replica is called; rename it");
  }
  return {};
}

void run_program(Workload& workload, const WorkloadOptions& options) {
  workload.program = options.program;
  workload.closing = [nodes = options.nodes](const history::History& history) {
    return inspect_everywhere(history, nodes);
  };
  workload.decides = workload.expects = {"invariants"};
  const checker::confluence::Explainer explainer(options.program);
  workload.check = [explainer](const history::History& history, const checker::Options&) {
    return std::vector{checker::confluence::check_invariants_held(history, &explainer)};
  };
}

std::vector<Setting> program_settings() {
  Setting file;
  file.key = "file";
  file.type = SettingType::text;
  file.description = "the specification (.icf)";
  Setting leader;
  leader.key = "leader";
  leader.type = SettingType::text;
  leader.description =
      "transactions that one replica decides, e.g. withdraw.account+close: on multi-leader, all "
      "with the same value of that parameter (or all of them) at the same replica";
  return {std::move(file), std::move(leader),
          number("elements", "12", 1, 500,
                 "elements of each sort that `fresh` mints from; at least two for each node")};
}

Schema spec_schema() {
  std::vector<Setting> settings = program_settings();
  settings.push_back(number("instances", "3", 1, 10'000, "copies of the data in use at a time"));
  settings.push_back(number("per-instance", "20", 1, 1'000'000,
                            "operations on a copy, about, before a new one takes its place"));
  settings.push_back(number("inspections", "10", 0, 100,
                            "per cent of the operations that look whether the invariants hold"));
  return {"spec", "transactions of a specification; its invariants must hold at every replica",
          std::move(settings)};
}

Result<Workload> make_spec(const Settings& settings, const WorkloadOptions& options) {
  if (auto status = check_program(options.program); !status) return Failure{status.error()};
  const Plan plan{options.seed,
                  natural(settings, "instances"),
                  natural(settings, "per-instance"),
                  natural(settings, "inspections"),
                  options.program,
                  telling_integers(options.program.spec())};
  Workload workload;
  workload.main =
      main_phase(each([plan](std::uint64_t ordinal) { return operation(plan, ordinal); }), options);
  run_program(workload, options);
  return workload;
}

}  // namespace tribunal::workloads
