namespace Wandb.Benchmarks.Compare;

internal abstract record MeasurementOutcome
{
    private MeasurementOutcome()
    {
    }

    public sealed record Measured(Measurement Measurement) : MeasurementOutcome;

    /// <summary>The program failed, or not every row arrived: its figures would compare nothing.</summary>
    public sealed record Incomplete(string Reason) : MeasurementOutcome;
}
