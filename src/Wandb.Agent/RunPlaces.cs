using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent;

/// <summary>
/// Where runs belong: files of the same place are parts of one run, and go one after the other. Files that name no entity belong to the key's default one;
/// what that is called, the server is asked only when it matters.
/// </summary>
internal sealed class RunPlaces(SyncOptions options)
{
    private string? _defaultEntity;

    /// <summary>The entity is empty as long as neither the file nor the options nor the server have named one.</summary>
    public RunPath PathOf(RunRecord run)
    {
        var path = options.PathOf(run);
        return path.Entity.Length == 0 && _defaultEntity is { } entity ? path with { Entity = entity } : path;
    }

    /// <param name="entity">The key's default entity.</param>
    public void Learn(string entity) => _defaultEntity = entity;

    /// <summary>Places of which another one may be the same, as far as is known.</summary>
    public static IReadOnlySet<RunPath> Unclear(IEnumerable<RunPath> places) => places
        .Distinct()
        .GroupBy(place => (place.Project, place.Run))
        .Where(same => same.Count() > 1 && same.Any(place => place.Entity.Length == 0))
        .SelectMany(same => same)
        .ToHashSet();

    /// <summary>What is told of a file that is not sent because it is not known with which others it goes.</summary>
    /// <param name="why">Why the server did not tell the default entity.</param>
    public static string Words(RunPath place, string why) =>
        $"of several files of run {place.Run} some name an entity and some none: whether they are parts of one run cannot be told, because the server does not tell "
        + $"the key's default entity ({why}), so none of them is sent: set WANDB_ENTITY, or use --entity";
}
