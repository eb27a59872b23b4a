namespace Wandb.Sandbox.Backend.Faults;

/// <summary>The rules in force with their counts. Thread-safe.</summary>
internal sealed class FaultSet(TimeProvider time, int seed)
{
    private readonly Lock gate = new(); // guards all fields below
    private readonly Random dice = new(seed);
    private RuleCount[] rules = [];
    private DateTimeOffset darkUntil = DateTimeOffset.MinValue;

    /// <summary>Requests that the present rules have hit.</summary>
    public int Hits
    {
        get
        {
            lock (gate)
            {
                return rules.Sum(rule => rule.Hits);
            }
        }
    }

    /// <summary>Replaces all rules, forgets their counts and ends a darkness.</summary>
    public void Set(IEnumerable<FaultRule> newRules)
    {
        lock (gate)
        {
            rules = [.. newRules.Select(rule => new RuleCount(rule))];
            darkUntil = DateTimeOffset.MinValue;
        }
    }

    /// <summary>The rules in order, each with the matching requests it has seen and hit.</summary>
    public IReadOnlyList<(FaultRule Rule, int Seen, int Hits)> Snapshot()
    {
        lock (gate)
        {
            return [.. rules.Select(rule => (rule.Rule, rule.Seen, rule.Hits))];
        }
    }

    public bool IsDark()
    {
        lock (gate)
        {
            return time.GetUtcNow() < darkUntil;
        }
    }

    public void GoDark(TimeSpan duration)
    {
        lock (gate)
        {
            darkUntil = time.GetUtcNow() + duration;
        }
    }

    /// <summary>The rule that hits a request of this kind, or null.</summary>
    /// <param name="kind">Such as "filestream" or "graphql:UpsertBucket".</param>
    /// <param name="beforeBody">True while the body is unread: only <see cref="FaultAction.CutRequest"/> is asked then, and never later.</param>
    /// <param name="body">The body, where it is in memory.</param>
    public FaultAction? Next(string kind, bool beforeBody, ReadOnlySpan<byte> body = default)
    {
        lock (gate)
        {
            foreach (var rule in rules)
            {
                if (rule.Rule.Action is FaultAction.CutRequest == beforeBody && rule.Rule.Matches(kind, body) && rule.Hit(dice))
                {
                    return rule.Rule.Action;
                }
            }

            return null;
        }
    }

    private sealed class RuleCount(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public int Seen { get; private set; }

        public int Hits { get; private set; }

        public bool Hit(Random dice)
        {
            Seen++;
            if (Seen <= Rule.Skip || Hits >= Rule.Count || (Rule.Probability < 1 && dice.NextDouble() >= Rule.Probability))
            {
                return false;
            }

            Hits++;
            return true;
        }
    }
}
