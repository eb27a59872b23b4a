namespace Wandb.Operator.Reports;

/// <summary>What a report tells beyond the one before it of the same pod.</summary>
internal enum ReportNews
{
    /// <summary>Nothing: it is older.</summary>
    None,

    /// <summary>How far the runs are, and nothing else.</summary>
    Figures,

    /// <summary>How something stands, or the first report.</summary>
    State,
}
