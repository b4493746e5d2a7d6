#include "tests/checker/order_solver.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <numeric>

#include <z3++.h>

namespace tribunal::checker::testing_support {
namespace {

// What comes before what, closed under transitivity: one bit for each pair.
class Reachability {
 public:
  explicit Reachability(std::uint32_t points)
      : points_(points), words_((points + 63) / 64), rows_(points * words_) {}

  void add(Edge edge) { row(edge.before)[edge.after / 64] |= bit(edge.after); }

  void close() {  // Warshall's algorithm
    for (std::uint32_t through = 0; through < points_; ++through) {
      for (std::uint32_t from = 0; from < points_; ++from) {
        if (!reaches(from, through)) continue;
        for (std::size_t w = 0; w < words_; ++w) row(from)[w] |= row(through)[w];
      }
    }
  }

  bool reaches(std::uint32_t from, std::uint32_t to) const {
    return (rows_[from * words_ + to / 64] & bit(to)) != 0;
  }
  bool holds(Edge edge) const { return reaches(edge.before, edge.after); }
  bool excludes(Edge edge) const { return reaches(edge.after, edge.before); }
  bool cyclic() const {
    for (std::uint32_t p = 0; p < points_; ++p) {
      if (reaches(p, p)) return true;
    }
    return false;
  }

  // A point that comes before another one reaches more than it does. Precondition: acyclic.
  std::vector<std::uint32_t> some_order() const {
    std::vector<int> reached(points_);
    for (std::uint32_t p = 0; p < points_; ++p) {
      for (std::size_t w = 0; w < words_; ++w) reached[p] += std::popcount(rows_[p * words_ + w]);
    }
    std::vector<std::uint32_t> order(points_);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return reached[a] > reached[b]; });
    return order;
  }

  // The fewest edges that have the same closure. Precondition: acyclic.
  std::vector<Edge> covering() const {
    std::vector<Edge> edges;
    for (std::uint32_t from = 0; from < points_; ++from) {
      for (std::uint32_t to = 0; to < points_; ++to) {
        if (reaches(from, to) && !reaches_by_detour(from, to)) edges.push_back({from, to});
      }
    }
    return edges;
  }

 private:
  static std::uint64_t bit(std::uint32_t point) { return std::uint64_t{1} << (point % 64); }
  std::uint64_t* row(std::uint32_t point) { return rows_.data() + point * words_; }

  bool reaches_by_detour(std::uint32_t from, std::uint32_t to) const {
    for (std::uint32_t via = 0; via < points_; ++via) {
      if (reaches(from, via) && reaches(via, to)) return true;
    }
    return false;
  }

  std::uint32_t points_;
  std::size_t words_;
  std::vector<std::uint64_t> rows_;
};

// Drops clauses that hold already, and makes an edge of every clause whose other half is excluded,
// until nothing changes. The clauses that remain are open both ways.
void simplify(Reachability& order, std::vector<Either>& clauses) {
  for (bool changed = true; changed && !order.cyclic();) {
    changed = false;
    std::vector<Either> open;
    for (const Either& clause : clauses) {
      if (order.holds(clause.one) || order.holds(clause.other)) continue;
      const bool first_out = order.excludes(clause.one);
      if (!first_out && !order.excludes(clause.other)) {
        open.push_back(clause);
        continue;
      }
      order.add(first_out ? clause.other : clause.one);  // closes a cycle if both are out
      changed = true;
    }
    clauses = std::move(open);
    order.close();
  }
}

// An integer for each point; an edge is a difference of at least one.
OrderAnswer ask_solver(std::uint32_t points, const std::vector<Edge>& edges,
                       const std::vector<Either>& clauses) {
  z3::context context;
  z3::solver solver(context, "QF_IDL");
  std::vector<z3::expr> at;
  for (std::uint32_t p = 0; p < points; ++p) {
    at.push_back(context.int_const(("at" + std::to_string(p)).c_str()));
  }
  const auto holds = [&](Edge edge) { return at[edge.before] - at[edge.after] <= -1; };
  for (const Edge edge : edges) solver.add(holds(edge));
  for (const Either& clause : clauses) solver.add(holds(clause.one) || holds(clause.other));

  OrderAnswer answer;
  answer.solver_asked = true;
  const z3::check_result result = solver.check();
  if (result == z3::unknown) std::abort();  // no limit is set, and the logic is decidable
  answer.possible = result == z3::sat;
  if (!answer.possible) return answer;
  const z3::model model = solver.get_model();
  std::vector<std::int64_t> when;
  for (const z3::expr& point : at) when.push_back(model.eval(point, true).get_numeral_int64());
  answer.order.resize(points);
  std::iota(answer.order.begin(), answer.order.end(), 0U);
  std::stable_sort(answer.order.begin(), answer.order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return when[a] < when[b]; });
  return answer;
}

}  // namespace

OrderAnswer find_order(const OrderQuestion& question, PrePass pre_pass) {
  if (pre_pass == PrePass::skip) {
    return ask_solver(question.points, question.edges, question.clauses);
  }
  Reachability order(question.points);
  for (const Edge edge : question.edges) order.add(edge);
  order.close();
  std::vector<Either> open = question.clauses;
  simplify(order, open);
  if (order.cyclic()) return {};
  if (!open.empty()) return ask_solver(question.points, order.covering(), open);
  return {true, false, order.some_order()};
}

}  // namespace tribunal::checker::testing_support
