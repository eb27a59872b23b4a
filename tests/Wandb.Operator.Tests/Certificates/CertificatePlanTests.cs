using Wandb.Operator.Certificates;

namespace Wandb.Operator.Tests.Certificates;

public sealed class CertificatePlanTests
{
    private const string Name = "wandb-operator.wandb-operator.svc";

    // Authority 1000 d with 100 d overlap, serving 90 d with 30 d overlap, 1 d to spread.
    private static readonly CertificateTimes Times = new()
    {
        Authority = TimeSpan.FromDays(1000),
        AuthorityOverlap = TimeSpan.FromDays(100),
        Serving = TimeSpan.FromDays(90),
        ServingOverlap = TimeSpan.FromDays(30),
        Spread = TimeSpan.FromDays(1),
    };

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CertificateState Fresh = CertificateChange.Of(new CertificatePlan.Issue(""), null, [Name], Start, Times);

    private static readonly CertificateState Rotated =
        CertificateChange.Of(new CertificatePlan.Rotate(""), Renewed(Start.AddDays(900)), [Name], Start.AddDays(900), Times);

    private static readonly CertificateState Published =
        CertificateChange.Of(new CertificatePlan.Publish(), Rotated, [Name], Start.AddDays(900), Times);

    private static readonly CertificateState Promoted =
        CertificateChange.Of(new CertificatePlan.Promote(""), Published, [Name], Start.AddDays(901), Times);

    public static TheoryData<string, string> Cases => new()
    {
        { "nothing", "Issue" },
        { "fresh, day 0", "Keep until day 60" },
        { "fresh, day 59.9", "Keep until day 60" },
        { "fresh, day 60", "Renew" },
        { "fresh, day 95", "Renew" },
        { "fresh, other names, day 0", "Renew" },
        { "renewed on day 880, day 899.9", "Keep until day 900" },
        { "renewed on day 880, day 900", "Rotate" },
        { "renewed on day 950, day 999", "Rotate" },
        { "fresh, day 1000", "Issue" },
        { "rotated, not trusted, day 900", "Keep until day 960" },
        { "rotated, trusted, day 900", "Publish" },
        { "rotated, trusted, day 1000", "Promote" },
        { "rotated, not trusted, day 1000", "Promote" },
        { "published, trusted, day 900", "Keep until day 901" },
        { "published, not trusted, day 900.9", "Keep until day 901" },
        { "published, trusted, day 901", "Promote" },
        { "promoted, trusted, day 901", "Keep until day 961" },
        { "promoted, renewed on day 961, trusted, day 989", "Keep until day 990" },
        { "promoted, renewed on day 961, trusted, day 990", "Prune" },
        { "foreign serving, day 0", "Renew" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_next_step_follows_from_state_and_time(string situation, string expected)
    {
        var parts = situation.Split(", ");
        var day = parts[^1].StartsWith("day ", StringComparison.Ordinal) ? double.Parse(parts[^1][4..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var state = StateOf(parts[0]);
        if (parts.Contains("renewed on day 961"))
            state = CertificateChange.Of(new CertificatePlan.Renew(""), state, [Name], Start.AddDays(961), Times);
        string[] names = parts.Contains("other names") ? [Name, "10.0.0.1"] : [Name];

        var plan = CertificatePlan.For(state, names, parts.Contains("trusted"), Start.AddDays(day), Times);

        Assert.Equal(expected, plan is CertificatePlan.Keep keep ? $"Keep until day {Math.Round((keep.Until - Start).TotalDays, 1)}" : plan.GetType().Name);
    }

    [Fact]
    public void Every_plan_leads_to_a_state_in_which_it_is_not_due_again()
    {
        // A loop over ten thousand days in steps of half a day: no plan may repeat itself at one moment.
        CertificateState? state = null;
        var seen = new List<string>();
        for (var now = Start; now < Start.AddDays(10_000); now = now.AddDays(0.5))
        {
            for (var steps = 0; ; steps++)
            {
                Assert.True(steps < 4, $"still something to do at {now:u}");
                var plan = CertificatePlan.For(state, [Name], true, now, Times);
                seen.Add(plan.GetType().Name);
                if (plan is CertificatePlan.Keep keep)
                {
                    Assert.True(keep.Until > now);
                    break;
                }
                state = CertificateChange.Of(plan, state, [Name], now, Times);
            }
            Assert.True(state!.Serving.NotAfter > now && state.Authority.NotAfter > now);
            Assert.InRange(state.Retired.Count, 0, 1);
        }

        Assert.Equal(["Issue", "Keep", "Promote", "Prune", "Publish", "Renew", "Rotate"], seen.Distinct().Order());
        // Nothing was ever so late that everything had to be made anew.
        Assert.Single(seen, "Issue");
    }

    /// <summary>As while the address for reports is changed: whoever left out the other's name would renew for as long as both run.</summary>
    [Fact]
    public void Replicas_that_want_different_names_come_to_one_certificate_for_all_of_them()
    {
        string[][] wanted = [[Name, "old.example"], [Name, "new.example"]];
        var (state, renewals) = (Fresh, 0);
        for (var look = 0; look < 10; look++)
        {
            var names = wanted[look % 2];
            if (CertificatePlan.For(state, names, true, Start, Times) is not CertificatePlan.Renew plan)
                continue;
            state = CertificateChange.Of(plan, state, names, Start, Times);
            renewals++;
        }

        Assert.Equal(2, renewals);
        Assert.Equal(["new.example", "old.example", Name], state.Serving.Names.Order(StringComparer.Ordinal));
        // What nobody wants any more goes with the certificate.
        var due = CertificatePlan.For(state, wanted[1], true, Start.AddDays(60), Times);
        Assert.Equal(wanted[1], CertificateChange.Of(due, state, wanted[1], Start.AddDays(60), Times).Serving.Names);
    }

    [Fact]
    public void Certificate_does_not_gather_names_without_end()
    {
        var state = Fresh;
        for (var change = 0; change < 3 * CertificatePlan.MaxNames; change++)
        {
            string[] names = [Name, $"host-{change}.example"];
            state = CertificateChange.Of(CertificatePlan.For(state, names, true, Start, Times), state, names, Start, Times);
            Assert.InRange(state.Serving.Names.Count, 2, CertificatePlan.MaxNames);
            Assert.Empty(names.Except(state.Serving.Names));
        }

        Assert.Contains($"host-{(3 * CertificatePlan.MaxNames) - 2}.example", state.Serving.Names);
    }

    [Fact]
    public void Subtypes_are_all_in_the_table()
    {
        var covered = Cases.Select(row => row.Data.Item2.Split(' ')[0]).ToHashSet();

        Assert.All(typeof(CertificatePlan).GetNestedTypes(), type => Assert.Contains(type.Name, covered));
    }

    private static CertificateState Renewed(DateTimeOffset at) => CertificateChange.Of(new CertificatePlan.Renew(""), Fresh, [Name], at, Times);

    private static CertificateState? StateOf(string name) => name switch
    {
        "nothing" => null,
        "fresh" => Fresh,
        "renewed on day 880" => Renewed(Start.AddDays(880)),
        "renewed on day 950" => Renewed(Start.AddDays(950)),
        "rotated" => Rotated,
        "published" => Published,
        "promoted" => Promoted,
        "foreign serving" => Fresh with { Serving = Promoted.Serving },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
