using System.Globalization;
using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>
/// Random lives of 100 to 200 pods of one WandbRun and of its operator against a plain count of what happened. Whenever all agents have reported to the
/// replica that leads, the totals are those of the count, and so are the figures of the group.
/// </summary>
public sealed class RunTallyModelTests
{
    private const int Histories = 5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_histories_have_the_totals_of_the_model(bool withLostPods)
    {
        for (var history = 0; history < Histories; history++)
        {
            var seed = Random.Shared.Next();
            try
            {
                new History(new Random(seed), withLostPods).Play();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private sealed class History(Random random, bool withLostPods)
    {
        private readonly int _pods = random.Next(100, 201);
        private readonly List<Life> _lives = [];
        private DateTimeOffset _now = Begin;
        private WandbRunStatus? _previous;
        private RunTally? _tally;

        private IEnumerable<Life> Living => _lives.Where(life => !life.IsOver);

        public void Play()
        {
            while (_lives.Count < _pods || _lives.Exists(life => !life.IsGone))
            {
                _now = _now.AddSeconds(1);
                if (_lives.Count < _pods && random.Next(4) == 0)
                    Add(new Life(Pod(_lives.Count) with { CreatedAt = _now }, isSlow: random.Next(3) == 0, loss: random.NextDouble()));
                else if (Present() is { Count: > 0 } present)
                    Act(present[random.Next(present.Count)]);
                if (random.Next(12) == 0)
                    Look(isWritten: random.Next(4) > 0);
                if (random.Next(120) == 0 && Living.All(life => life.IsHeard))
                    ChangeLeader();
            }
            var status = Look(isWritten: true);
            Assert.Equal("True", status.Conditions!.Single(condition => condition.Type == ConditionTypes.Finished).Status);
            Assert.Equal(_lives.TrueForAll(life => life.BegunAt is null || life.ExitCode is not null) ? "True" : "False", status.Conditions!.Single(condition => condition.Type == ConditionTypes.Synced).Status);
        }

        private void Add(Life life)
        {
            life.Report = life.Tell(_now);
            _lives.Add(life);
        }

        /// <summary>Pods that there are; often only those whose agents are to find the new leader yet.</summary>
        private List<Life> Present()
        {
            var silent = Living.Where(life => !life.IsHeard).ToList();
            return silent.Count > 0 && random.Next(2) == 0 ? silent : [.. _lives.Where(life => !life.IsGone)];
        }

        private void Act(Life life)
        {
            switch (life)
            {
                case { IsOver: true }:
                    // The end of a pod is written before it is forgotten.
                    life.IsGone = life.IsSeen && random.Next(3) == 0;
                    return;
                case { IsHeard: false } when withLostPods && life is { BegunAt: not null, ExitCode: null } && random.Next(12) == 0:
                    life.IsOver = true;
                    return;
                case { IsHeard: false } when random.Next(2) == 0:
                    break;
                case { BegunAt: null }:
                    life.BegunAt = _now;
                    life.StartedAt = life.IsSlow ? null : _now;
                    break;
                case { StartedAt: null }:
                    if (random.Next(8) == 0)
                        life.StartedAt = life.BegunAt;
                    break;
                case { ExitCode: not null }:
                    life.IsOver = true;
                    break;
                case var _ when random.Next(withLostPods ? 40 : int.MaxValue) == 0:
                    life.IsOver = true;
                    break;
                case var _ when random.Next(8) == 0:
                    (life.ExitCode, life.EndedAt) = (random.Next(5) == 0 ? 1 : 0, _now);
                    break;
                default:
                    // What is written while nobody leads is taken off the totals that were written before: of rows they are as exact as that.
                    life.Rows += life.IsKnown ? random.Next(1, 100) : 0;
                    break;
            }
            life.Report = life.Tell(_now);
        }

        /// <summary>The one who leads has written what it knows; the next one has the status and the API server's pods.</summary>
        private void ChangeLeader()
        {
            if (withLostPods)
            {
                foreach (var life in Living.Where(life => life.ExitCode is not null))
                    life.IsOver = true;
            }
            Look(isWritten: true);
            _tally = null;
            foreach (var life in _lives)
                (life.Report, life.IsKnown) = (null, false);
        }

        private WandbRunStatus Look(bool isWritten)
        {
            var present = _lives.Where(life => !life.IsGone).ToList();
            var observation = Of(new WandbRunSpec { SummaryMetrics = ["loss"] }, [.. present.Select(life => (life.Pod with { IsOver = life.IsOver }, life.Report))]) with { Previous = _previous, Tally = _tally };
            (var status, _tally) = RunStatusComputation.Next(observation);
            if (isWritten)
                _previous = Stored(status);
            foreach (var life in present)
                (life.IsKnown, life.IsSeen) = (life.IsHeard, life.IsSeen || (life.IsOver && isWritten));
            if (Living.All(life => life.IsHeard))
            {
                Assert.Equal(Expected(), status.Counts);
                AssertGroup(status);
            }
            return status;
        }

        private void AssertGroup(WandbRunStatus status)
        {
            if (Expected() is not { Total: > 0 } expected)
                return;
            var group = Assert.Single(status.Groups!);
            Assert.Equal((expected.Running, expected.Finished, expected.Failed, expected.Synced), (group.Running, group.Finished, group.Failed, group.Synced));
            var losses = _lives.Where(life => life.ExitCode == 0).Select(life => life.Loss).ToList();
            if (losses.Count == 0)
            {
                Assert.Empty(group.Metrics!);
                return;
            }
            var metric = Assert.Single(group.Metrics!);
            Assert.Equal((losses.Count, losses.Min(), losses.Max()), (metric.N, Number(metric.Min), Number(metric.Max)));
            Assert.Equal(losses.Average(), Number(metric.Mean), 1e-12);
            if (losses.Count > 1)
                Assert.Equal(Math.Sqrt(losses.Sum(loss => Math.Pow(loss - losses.Average(), 2)) / (losses.Count - 1)), Number(metric.StandardDeviation), 1e-9);
        }

        private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);

        private RunCounts Expected()
        {
            var runs = _lives.Where(life => life.BegunAt is not null).ToList();
            return new RunCounts
            {
                Total = runs.Count,
                Running = runs.Count(life => life is { ExitCode: null, IsOver: false }),
                Buffering = 0,
                Finished = runs.Count(life => life.ExitCode == 0),
                Failed = runs.Count(life => life.HasFailed),
                FailedForGood = runs.Count(life => life.HasFailed),
                Synced = runs.Count(life => life.ExitCode is not null),
                Lost = runs.Count(life => life is { ExitCode: null, IsOver: true }),
                Missed = 0,
                RowsRead = runs.Sum(life => life.Rows),
                RowsAcknowledged = runs.Sum(life => life.Rows),
                RowsLost = 0,
            };
        }
    }

    private sealed class Life(PodObservation pod, bool isSlow, double loss)
    {
        public PodObservation Pod => pod;

        /// <summary>Its run file has no whole block for long.</summary>
        public bool IsSlow => isSlow;

        public double Loss => loss;

        public DateTimeOffset? BegunAt { get; set; }

        /// <summary>As the file tells it; null: no block is written.</summary>
        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? EndedAt { get; set; }

        public int? ExitCode { get; set; }

        public bool HasFailed => ExitCode is not (null or 0) || this is { ExitCode: null, IsOver: true };

        public long Rows { get; set; }

        public bool IsOver { get; set; }

        /// <summary>That it is over was looked at, and written.</summary>
        public bool IsSeen { get; set; }

        public bool IsGone { get; set; }

        /// <summary>The replica that leads has looked at what it told.</summary>
        public bool IsKnown { get; set; }

        /// <summary>To the replica that leads; null: none yet.</summary>
        public PodReport? Report { get; set; }

        public bool IsHeard => Report is not null;

        public PodReport Tell(DateTimeOffset now)
        {
            ReportedRunState state = ExitCode is not null ? ReportedRunState.Synced : StartedAt is null ? ReportedRunState.Pending : ReportedRunState.Running;
            ReportedRun[] runs = BegunAt is null
                ? []
                : [Run(pod, state, loss: loss) with { StartedAt = StartedAt, FinishedAt = EndedAt, ExitCode = ExitCode, RowsRead = Rows, RowsAcknowledged = Rows }];
            return Observed.Report(pod, runs) with { ReceivedAt = now };
        }
    }
}
