<?php

declare(strict_types=1);

namespace App\Command;

use Doctrine\DBAL\Connection;
use Doctrine\ORM\EntityManager;
use Doctrine\ORM\ORMSetup;
use Doctrine\ORM\Tools\SchemaTool;
use Doctrine\ORM\Tools\SchemaValidator;
use Symfony\Component\Cache\Adapter\ArrayAdapter;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** As DoctrineBundle's command of this name, which Debian does not package: exit code 1 for the mapping, 2 for the database, 3 for both. */
final class SchemaValidateCommand extends Command
{
    protected static $defaultName = 'doctrine:schema:validate';

    public function __construct(private Connection $database)
    {
        parent::__construct();
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $cache = new ArrayAdapter();
        $manager = EntityManager::create($this->database, ORMSetup::createAttributeMetadataConfiguration([__DIR__ . '/../Entity'], true, null, $cache));
        $wrong = (new SchemaValidator($manager))->validateMapping();
        $missing = (new SchemaTool($manager))->getUpdateSchemaSql($manager->getMetadataFactory()->getAllMetadata(), true);
        foreach ($wrong as $class => $errors) {
            $output->writeln("mapping of $class: " . implode('; ', $errors));
        }
        foreach ($missing as $statement) {
            $output->writeln("the database lacks: $statement");
        }
        $output->writeln($wrong === [] && $missing === [] ? 'The mapping is correct and the database is in sync.' : 'Not in sync.');

        return ($wrong === [] ? 0 : 1) + ($missing === [] ? 0 : 2);
    }
}
