namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Outcome of one root field.</summary>
internal abstract record Resolution
{
    private Resolution()
    {
    }

    /// <param name="Value">Null when what was asked for is not there.</param>
    public sealed record Resolved(GraphQLObject? Value) : Resolution
    {
        /// <summary>The run that the request was about, for its counters.</summary>
        public Storage.StoredRun? Run { get; init; }
    }

    /// <param name="Message">For the user.</param>
    /// <param name="Status">HTTP status of the answer: 200 for an ordinary error, 403 and 404 as W&amp;B uses them for entities and projects.</param>
    public sealed record Failed(string Message, int Status = 200) : Resolution;
}
