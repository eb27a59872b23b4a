using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

/// <summary>Random actions on the queue and on a model of plain lists: the same keys come out in the same order at the same time.</summary>
public sealed class WorkQueueModelTests
{
    private const int Actions = 4_000;
    private static readonly string[] Keys = ["a", "b", "c", "d", "e"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Random_actions_end_like_the_model()
    {
        for (var run = 0; run < 5; run++)
        {
            var seed = Random.Shared.Next();
            try
            {
                await RunAsync(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static async Task RunAsync(Random random)
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue<string>(time);
        var model = new Model();
        var takers = new List<(Task<string> Real, ModelTaker Expected, CancellationTokenSource Stop)>();

        for (var action = 0; action < Actions; action++)
        {
            var key = Keys[random.Next(Keys.Length)];
            var delay = TimeSpan.FromSeconds(random.Next(-1, 8));
            switch (random.Next(13))
            {
                case 0:
                    queue.Add(key);
                    model.Add(key, TimeSpan.Zero);
                    break;
                case 1 or 2:
                    queue.AddAfter(key, delay);
                    model.Add(key, delay);
                    break;
                case 3 or 4 when takers.Count < 4:
                    var stop = new CancellationTokenSource();
                    takers.Add((queue.TakeAsync(stop.Token).AsTask(), model.Take(), stop));
                    break;
                case 5 when model.Out.Count > 0:
                    var finished = model.Out.ElementAt(random.Next(model.Out.Count));
                    queue.Finish(finished);
                    model.End(finished, null, hasSucceeded: true);
                    break;
                case 6 when model.Out.Count > 0:
                    var again = model.Out.ElementAt(random.Next(model.Out.Count));
                    queue.FinishAfter(again, delay);
                    model.End(again, delay, hasSucceeded: true);
                    break;
                case 7 when model.Out.Count > 0:
                    var failed = model.Out.ElementAt(random.Next(model.Out.Count));
                    queue.Fail(failed, delay);
                    model.End(failed, delay, hasSucceeded: false);
                    break;
                case 8 when takers.Count > 0:
                    var gone = takers[random.Next(takers.Count)];
                    await gone.Stop.CancelAsync();
                    model.GiveUp(gone.Expected);
                    break;
                case 9 when random.Next(10) == 0:
                    queue.Close();
                    model.Close();
                    break;
                case 10:
                    queue.Open();
                    model.IsOpen = true;
                    break;
                case 11:
                    var step = TimeSpan.FromSeconds(random.Next(1, 4));
                    time.Advance(step);
                    model.Advance(step);
                    break;
                case 12 when model.Out.Count > 0:
                    var left = model.Out.ElementAt(random.Next(model.Out.Count));
                    queue.Postpone(left, delay);
                    model.End(left, delay, hasSucceeded: null);
                    break;
                default:
                    break;
            }
            await CompareAsync(queue, model, takers);
        }
        takers.ForEach(taker => taker.Stop.Dispose());
    }

    private static async Task CompareAsync(
        WorkQueue<string> queue, Model model, List<(Task<string> Real, ModelTaker Expected, CancellationTokenSource Stop)> takers)
    {
        Assert.Equal(model.Depth, queue.Depth);
        Assert.All(Keys, key => Assert.Equal(model.FailuresOf(key), queue.FailuresOf(key)));
        foreach (var (real, expected, stop) in takers.ToList())
        {
            if (expected.Key is { } key)
                Assert.Equal(key, await real.WaitAsync(Deadline));
            else if (expected.HasGivenUp)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => real.WaitAsync(Deadline));
            else
            {
                Assert.False(real.IsCompleted);
                continue;
            }
            stop.Dispose();
            takers.RemoveAll(taker => taker.Real == real);
        }
    }

    private sealed class ModelTaker
    {
        public string? Key { get; set; }

        public bool HasGivenUp { get; set; }
    }

    private sealed class Model
    {
        private readonly List<(string Key, TimeSpan Due, int Order)> _asked = [];
        private readonly List<ModelTaker> _takers = [];
        private readonly Dictionary<string, int> _failures = [];
        private TimeSpan _now;
        private int _order;

        public bool IsOpen { get; set; }

        public HashSet<string> Out { get; } = [];

        public int Depth => _asked.Count(asked => !Out.Contains(asked.Key));

        public int FailuresOf(string key) => _failures.GetValueOrDefault(key);

        public void Add(string key, TimeSpan delay)
        {
            if (!IsOpen)
                return;
            var due = _now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
            if (!_asked.Any(asked => asked.Key == key && asked.Due <= due))
            {
                _asked.RemoveAll(asked => asked.Key == key);
                _asked.Add((key, due, ++_order));
            }
            HandOut();
        }

        public ModelTaker Take()
        {
            var taker = new ModelTaker();
            _takers.Add(taker);
            HandOut();
            return taker;
        }

        public void GiveUp(ModelTaker taker) => taker.HasGivenUp = _takers.Remove(taker);

        public void End(string key, TimeSpan? again, bool? hasSucceeded)
        {
            Out.Remove(key);
            if (hasSucceeded == true || !IsOpen)
                _failures.Remove(key);
            else if (hasSucceeded == false)
                _failures[key] = FailuresOf(key) + 1;
            if (again is { } delay)
                Add(key, delay);
            HandOut();
        }

        public void Close()
        {
            IsOpen = false;
            _asked.Clear();
            _failures.Clear();
        }

        public void Advance(TimeSpan step)
        {
            _now += step;
            HandOut();
        }

        private string? NextDue() => _asked
            .Where(asked => asked.Due <= _now && !Out.Contains(asked.Key))
            .OrderBy(asked => asked.Due).ThenBy(asked => asked.Order)
            .Select(asked => asked.Key).FirstOrDefault();

        private void HandOut()
        {
            while (_takers.Count > 0 && NextDue() is { } key)
            {
                _takers[0].Key = key;
                _takers.RemoveAt(0);
                _asked.RemoveAll(asked => asked.Key == key);
                Out.Add(key);
            }
        }
    }
}
